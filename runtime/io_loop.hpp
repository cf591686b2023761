#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include <pinion/actors/caf.hpp>

namespace pinion {

/// Turns the event loop of an actor system whose configuration is pinion's (system_config): links, timers'
/// messages, every broker. Before it sleeps it looks for work for `spin`, which pays where the thread has a
/// processor to itself: waking a sleeping thread costs more than most messages.
class io_loop {
public:
  io_loop(caf::actor_system& system, std::chrono::nanoseconds spin);

  /// Turns the loop on the calling thread, to which it must belong, until stop(). `work` is called when the
  /// links have nothing, and says whether it had something to do.
  void run(const std::function<bool()>& work = {});
  /// Any thread; run() returns soon, after the messages that are there already.
  void stop();
  /// Says which thread turns the loop. CAF puts what that thread posts where only the loop looks, without a
  /// lock; so this is said before that thread calls run() and before another one sends anything, and never
  /// again: the same thread destroys the system when run() has ended.
  void belong_to(std::thread::id turns);

private:
  caf::io::network::multiplexer& backend_;
  std::chrono::nanoseconds spin_;
  bool stopped_ = false; ///< the loop's thread alone reads and writes it
};

} // namespace pinion
