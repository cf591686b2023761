#include <algorithm>
#include <utility>

#include <pinion/runtime/scenario/fault_schedule.hpp>

namespace pinion::scenario {

fault_schedule::fault_schedule(std::vector<fault_spec> faults, clock::time_point begin) {
  for (auto& fault : faults) {
    const auto when = fault.after_answers ? std::nullopt : std::optional(begin + fault.after);
    entries_.push_back({std::move(fault), when});
  }
}

std::vector<fault_spec> fault_schedule::due(clock::time_point now, std::size_t answers) {
  std::vector<fault_spec> out;
  for (auto& one : entries_) {
    if (!one.when && answers >= *one.fault.after_answers)
      one.when = now + one.fault.after;
    if (one.when && *one.when <= now)
      out.push_back(one.fault);
  }
  std::erase_if(entries_, [&](const entry& one) { return one.when && *one.when <= now; });
  return out;
}

std::optional<fault_schedule::clock::time_point> fault_schedule::next_moment() const {
  std::optional<clock::time_point> out;
  for (const auto& one : entries_) {
    if (one.when && (!out || *one.when < *out))
      out = one.when;
  }
  return out;
}

std::optional<std::size_t> fault_schedule::next_answers() const {
  std::optional<std::size_t> out;
  for (const auto& one : entries_) {
    if (!one.when && (!out || *one.fault.after_answers < *out))
      out = one.fault.after_answers;
  }
  return out;
}

} // namespace pinion::scenario
