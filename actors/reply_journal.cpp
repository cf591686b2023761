#include <pinion/actors/reply_journal.hpp>

#include <algorithm>
#include <cstring>

namespace pinion {

bool note(control_page& page, const done_item& item) noexcept {
  const auto number = page.block().finished.load(std::memory_order_relaxed);
  journal_entry entry;
  entry.id = item.id;
  entry.started_ns = item.started_ns;
  entry.finished_ns = item.finished_ns;
  entry.cpu_ns = item.cpu_ns;
  const bool fits = item.code == 0 && !item.block && item.payload.size() <= journal_entry::payload_bytes;
  entry.size = fits ? static_cast<std::uint32_t>(item.payload.size()) : journal_entry::not_here;
  if (fits)
    std::memcpy(entry.payload, item.payload.data(), item.payload.size());
  std::memcpy(page.journal() + (number % journal_entries) * sizeof entry, &entry, sizeof entry);
  page.block().finished.store(number + 1, std::memory_order_release);
  return fits;
}

std::vector<done_item> read_journal(const control_page& page, std::uint64_t& from) {
  const auto count = page.block().finished.load(std::memory_order_acquire);
  std::vector<done_item> result;
  // A count that runs backwards is a worker's wild write.
  auto number = std::max(std::min(from, count), count - std::min<std::uint64_t>(count, journal_reach));
  for (from = count; number < count; ++number) {
    journal_entry entry;
    std::memcpy(&entry, page.journal() + (number % journal_entries) * sizeof entry, sizeof entry);
    if (entry.size > journal_entry::payload_bytes)
      continue;
    done_item item;
    item.id = entry.id;
    item.started_ns = entry.started_ns;
    item.finished_ns = entry.finished_ns;
    item.cpu_ns = entry.cpu_ns;
    item.payload.assign(entry.payload, entry.size);
    result.push_back(std::move(item));
  }
  return result;
}

} // namespace pinion
