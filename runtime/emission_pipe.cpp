#include <pinion/runtime/emission_pipe.hpp>

#include <cerrno>
#include <chrono>
#include <thread>

#include <sys/socket.h>

#include <pinion/actors/context.hpp>

namespace pinion {

namespace {

// How far a kernel may be ahead of those who take: enough to hide a turn of their loop.
constexpr std::int64_t window = 64;
constexpr auto turn = std::chrono::microseconds{200};

} // namespace

void emission_pipe::put(const emission& what, const context& whose) {
  const auto bytes = pack_emission(what);
  std::lock_guard lock(mutex_);
  // Relaxed: a number and no more.
  const auto ahead = [this] {
    return static_cast<std::int64_t>(count() - page_.block().taken.load(std::memory_order_relaxed));
  };
  while (ahead() >= window) {
    // How far it is, the asker hears the next time.
    if (whose.stop_requested() || std::holds_alternative<std::monostate>(what.what))
      return;
    std::this_thread::sleep_for(turn);
  }
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto put = ::send(to_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (put < 0 && errno != EINTR)
      return; // the node is gone, and this process about to be
    sent += put > 0 ? static_cast<std::size_t>(put) : 0;
  }
  count_.fetch_add(1, std::memory_order_relaxed);
}

} // namespace pinion
