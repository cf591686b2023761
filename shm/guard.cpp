#include <pinion/shm/guard.hpp>

#include <algorithm>
#include <cstring>
#include <thread>

#include <unistd.h>

namespace pinion {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto first_pause = std::chrono::microseconds{20};
constexpr auto longest_pause = std::chrono::milliseconds{2};

} // namespace

guard::guard(const any_view& block)
    : header_(static_cast<guard_header*>(block.data)), memory_(block.source), lock_(*memory_, block.data) {}

// With the lock. Whoever dies before the last line has touched no element, and leaves the note of its
// predecessor, if that died, for the next one to find.
std::optional<guard::predecessor> guard::sign(std::string_view label) {
  std::optional<predecessor> died;
  const auto hold = header_->holds.load(std::memory_order_relaxed);
  if (const auto pid = header_->holder.load(std::memory_order_acquire); pid != 0) {
    died.emplace();
    died->pid = static_cast<pid_t>(pid);
    died->hold = hold;
    const auto& name = header_->label;
    died->label.assign(name.begin(), std::find(name.begin(), name.end(), '\0'));
  }
  header_->label.fill('\0');
  label.copy(header_->label.data(), header_->label.size() - 1);
  header_->holds.store(hold + 1, std::memory_order_relaxed);
  header_->holder.store(static_cast<std::uint64_t>(::getpid()), std::memory_order_release);
  return died;
}

std::optional<guard::predecessor> guard::lock(std::string_view label) {
  mutex_.lock();
  try {
    lock_.take(true);
  } catch (...) {
    mutex_.unlock();
    throw;
  }
  return sign(label);
}

bool guard::try_lock(std::string_view label, std::chrono::nanoseconds patience,
                     std::optional<predecessor>& died) {
  const auto longest = std::chrono::nanoseconds(std::chrono::hours{24 * 365});
  const auto until = clock::now() + std::min(patience, longest);
  if (!mutex_.try_lock_until(until))
    return false;
  // The kernel waits without a limit or not at all: look again and again, less and less often.
  std::chrono::nanoseconds pause = first_pause;
  try {
    while (!lock_.take(false)) {
      const auto left = until - clock::now();
      if (left <= left.zero()) {
        mutex_.unlock();
        return false;
      }
      std::this_thread::sleep_for(std::min<clock::duration>(pause, left));
      pause = std::min<std::chrono::nanoseconds>(pause * 2, longest_pause);
    }
  } catch (...) {
    mutex_.unlock();
    throw;
  }
  died = sign(label);
  return true;
}

void guard::unlock() noexcept {
  // First the note, then the lock: who dies in between has finished what it did.
  header_->holder.store(0, std::memory_order_release);
  lock_.give();
  mutex_.unlock();
}

} // namespace pinion
