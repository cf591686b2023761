#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <pinion/actors/emission.hpp>

namespace pinion {

class control_page;

/// Partial results on their way from the dispatcher, who pushes, to the one who asked, who takes. A worker is
/// at most a window of them ahead of what was taken, so it stays small. Any thread may call any of it.
class emission_queue {
public:
  /// `from`: the page of the worker, who is told when it was taken.
  void push(emission what, std::shared_ptr<control_page> from);
  /// No more will come. What lies there may still be taken, and holds up no kernel any more.
  void close();
  /// All that is there. `over`: it was closed, and this is the rest.
  std::vector<emission> take(bool& over);
  /// Calls `tell` once, as soon as something is there or the queue is closed, at once perhaps; on any thread,
  /// it must not block. One at a time: a later one takes its place.
  void notify(std::function<void()> tell);
  /// Waits for the same. Not on an actor's thread.
  void wait();

private:
  void count();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<emission> waiting_;      ///< guarded by mutex_
  std::shared_ptr<control_page> from_; ///< guarded by mutex_
  std::uint64_t uncounted_ = 0;        ///< guarded by mutex_; of those that wait, and came from there
  bool closed_ = false;                ///< guarded by mutex_
  std::function<void()> tell_;         ///< guarded by mutex_
};

/// One was taken, or will be by nobody.
void count_taken(control_page& of, std::uint64_t number);

} // namespace pinion
