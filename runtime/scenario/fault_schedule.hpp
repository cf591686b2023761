#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include <pinion/runtime/scenario/fault_spec.hpp>

namespace pinion::scenario {

/// Which faults of a burst are due when. Pure: time and answers are passed in. One thread.
class fault_schedule {
public:
  using clock = std::chrono::steady_clock;

  fault_schedule(std::vector<fault_spec> faults, clock::time_point begin);

  /// Takes out the faults that are due now, with so many answers given.
  std::vector<fault_spec> due(clock::time_point now, std::size_t answers);

  /// When to ask again at the latest; nothing where no fault waits for a moment.
  std::optional<clock::time_point> next_moment() const;
  /// And with how many answers; nothing where no fault waits for an answer.
  std::optional<std::size_t> next_answers() const;

  /// Faults that are still to come.
  std::size_t left() const noexcept { return entries_.size(); }

private:
  struct entry {
    fault_spec fault;
    std::optional<clock::time_point> when; ///< nothing until the answer has come that it counts from
  };
  std::vector<entry> entries_;
};

} // namespace pinion::scenario
