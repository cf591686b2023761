#include <pinion/shm/stored_array.hpp>

#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

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

} // namespace pinion
