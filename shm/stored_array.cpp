#include <pinion/shm/stored_array.hpp>

#include <algorithm>

#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

constexpr std::size_t most_named = 3;

std::string age(std::chrono::steady_clock::duration of) {
  using namespace std::chrono;
  const auto whole = duration_cast<seconds>(of).count();
  if (whole < 120)
    return std::to_string(whole) + " s old";
  if (whole < 7200)
    return std::to_string(whole / 60) + " min old";
  return std::to_string(whole / 3600) + " h old";
}

} // namespace

std::string to_string(const stored_array& what, std::chrono::steady_clock::time_point now) {
  return describe(what.type, what.shape) + " (" + readable_size(what.bytes) + ", " +
         (what.label.empty() ? "" : what.label + ", ") + "held " +
         (what.holders == 1 ? "once" : std::to_string(what.holders) + " times") + ", " +
         age(now - what.since) + ")";
}

std::string most_held(std::vector<stored_array> all, std::chrono::steady_clock::time_point now) {
  if (all.empty())
    return "";
  std::sort(all.begin(), all.end(), [](const auto& x, const auto& y) { return x.bytes > y.bytes; });
  std::string text = "; most is held by ";
  for (std::size_t i = 0; i < std::min(all.size(), most_named); ++i)
    text += (i == 0 ? "" : ", ") + to_string(all[i], now);
  return all.size() <= most_named ? text : text + " and " + std::to_string(all.size() - most_named) + " more";
}

} // namespace pinion
