#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/answer.hpp>
#include <pinion/runtime/scenario/samples.hpp>

namespace pinion::scenario {

/// Keeps count of the requests of one burst: which one is next, which are answered, when, and how. Any thread
/// may call any of it.
class tally {
public:
  using clock = std::chrono::steady_clock;

  /// `hear`, if given, is called for every answer, on the thread that brings it, one at a time.
  explicit tally(std::size_t requests, std::function<void(const answer&)> hear = {});

  /// The next request to be asked, its clock running from now on; nothing when all were asked or closed.
  std::optional<std::size_t> next();

  /// The first answer to a request counts, a second one is dropped.
  void answered(std::size_t request, const answer& what);

  /// No request is handed out any more: the burst is given up.
  void close();

  /// Waits for so many answers at most until `when`; true when they are there.
  bool wait_for(std::size_t answers, clock::time_point when);

  struct summary {
    std::size_t asked = 0;
    std::size_t results = 0;
    std::size_t errors = 0;
    std::string first_error;
    double cpu_seconds = 0;    ///< of all answered requests together
    samples latencies;         ///< seconds from asking to the answer
    clock::time_point first{}; ///< when the first was asked
    clock::time_point last{};  ///< when the last answer came

    std::size_t answers() const noexcept { return results + errors; }
    double seconds() const { return std::chrono::duration<double>(last - first).count(); }
  };
  summary so_far() const;
  std::size_t answers() const;

private:
  const std::size_t requests_;
  const std::function<void(const answer&)> hear_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<clock::time_point> asked_at_;
  std::vector<bool> is_answered_;
  bool is_closed_ = false;
  summary sum_;
};

} // namespace pinion::scenario
