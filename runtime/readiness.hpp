#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace pinion {

/// Who of a node's workers has said hello or was given up, for those who wait for it. Any thread.
class readiness {
public:
  explicit readiness(std::size_t slots) : waiting_(slots, true) {}

  /// The slot's first word; an empty text is a hello, another one why it was given up.
  void settle(std::uint32_t slot, const std::string& given_up);
  /// No process is wanted in the slot any more.
  void rest(std::uint32_t slot);
  /// Blocks until every slot was settled. Throws worker_gave_up if none said hello.
  void wait();

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<bool> waiting_; ///< guarded by mutex_, as all below
  bool any_ready_ = false;
  std::string why_;
};

} // namespace pinion
