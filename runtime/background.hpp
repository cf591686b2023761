#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace pinion {

/// A thread for what takes long and nobody waits for, such as unmapping a large array (0.2 s a GiB). Jobs run
/// one after the other, in the order in which they came. Any thread may give jobs; a job must not throw, and
/// must not destroy this object. The thread starts with the first job.
class background {
public:
  background() = default;
  background(const background&) = delete;
  background& operator=(const background&) = delete;
  /// As finish().
  ~background();

  /// Returns when all jobs are done; those that come later are run by who gives them. Not from a job.
  void finish();

  void run(std::function<void()> job);

private:
  void work();

  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<std::function<void()>> jobs_; ///< guarded by mutex_
  bool ending_ = false;                    ///< guarded by mutex_
  bool over_ = false;                      ///< guarded by mutex_; nobody takes jobs any more
  std::thread thread_;
};

} // namespace pinion
