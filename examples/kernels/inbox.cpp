// inbox_*: an array that is copied into a worker's own memory, message by message: what sharing saves.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

#include <pinion/actors/kernels_macro.hpp>

#include "sums.hpp"

namespace {

struct inbox {
  std::unique_ptr<std::byte[]> bytes; // aligned for any number, as operator new gives it
  std::int64_t total = 0;
  std::int64_t received = 0;
};

// In a worker one task runs at a time; the lock is for programs that run kernels on threads of their own.
std::mutex guard;
std::map<std::string, inbox, std::less<>> inboxes; // under guard

inbox& find(std::string_view key) {
  const auto found = inboxes.find(key);
  if (found == inboxes.end())
    throw std::invalid_argument("there is no inbox \"" + std::string(key) + "\" in this worker");
  return found->second;
}

// Chunks may come in any order, each of them once; the first one makes the inbox.
std::int64_t inbox_put(std::string_view key, std::int64_t total_bytes, std::int64_t at,
                       std::string_view bytes) {
  const std::lock_guard lock(guard);
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (total_bytes < 0 || at < 0 || at > total_bytes || size > total_bytes - at)
    throw std::invalid_argument(std::to_string(size) + " bytes at " + std::to_string(at) +
                                " do not fit into " + std::to_string(total_bytes));
  auto box = inboxes.find(key);
  if (box == inboxes.end()) {
    // Not zeroed: every byte is written once, when its chunk comes.
    auto memory = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(total_bytes));
    box = inboxes.emplace(std::string(key), inbox{std::move(memory), total_bytes, 0}).first;
  }
  auto& [memory, total, received] = box->second;
  if (total != total_bytes)
    throw std::invalid_argument("inbox \"" + std::string(key) + "\" was made for " + std::to_string(total) +
                                " bytes, not for " + std::to_string(total_bytes) + "; inbox_drop it first");
  if (size > total - received)
    throw std::invalid_argument("inbox \"" + std::string(key) +
                                "\" has all its bytes already; inbox_drop it first");
  if (size > 0)
    std::memcpy(memory.get() + at, bytes.data(), bytes.size());
  received += size;
  return received;
}

double inbox_sum(std::string_view key) {
  const std::lock_guard lock(guard);
  const auto& box = find(key);
  if (box.received != box.total)
    throw std::invalid_argument("inbox \"" + std::string(key) + "\" has " + std::to_string(box.received) +
                                " of its " + std::to_string(box.total) + " bytes");
  constexpr auto item = static_cast<std::int64_t>(sizeof(double));
  if (box.total % item != 0)
    throw std::invalid_argument("inbox \"" + std::string(key) + "\" holds " + std::to_string(box.total) +
                                " bytes, no whole number of float64");
  return kernels::sum_elements(pinion::view<const double>(reinterpret_cast<const double*>(box.bytes.get()),
                                                          pinion::c_order({box.total / item})));
}

std::int64_t inbox_drop(std::string_view key) {
  const std::lock_guard lock(guard);
  const auto freed = find(key).total;
  inboxes.erase(inboxes.find(key));
  return freed;
}

} // namespace

PINION_KERNELS(k) {
  k.add("inbox_put", inbox_put,
        "copies a chunk (key, total bytes, place, bytes) into the worker's own memory; gives "
        "how many bytes it has so far");
  k.add("inbox_sum", inbox_sum, "the sum of what was put there, as float64");
  k.add("inbox_drop", inbox_drop, "gives that memory back; how many bytes it was");
}
