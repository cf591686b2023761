#pragma once

#include <chrono>
#include <functional>

#include <pinion/actors/caf.hpp>

namespace pinion {

/// Turns the event loop of an actor system whose configuration is pinion's (system_config): links, timers'
/// messages, every broker. Before it sleeps it looks for work for `spin`, which pays where the thread has a
/// processor to itself: waking a sleeping thread costs more than most messages.
class io_loop {
public:
  io_loop(caf::actor_system& system, std::chrono::nanoseconds spin);

  /// Turns the loop on the calling thread until stop(). `work` is called when the links have nothing, and
  /// says whether it had something to do.
  void run(const std::function<bool()>& work = {});
  /// Any thread; run() returns soon, after the messages that are there already.
  void stop();
  /// Lets the calling thread turn the loop from now on, as it must when it destroys the system after run()
  /// ended.
  void take_over();

private:
  caf::io::network::multiplexer& backend_;
  std::chrono::nanoseconds spin_;
  bool stopped_ = false; ///< the loop's thread alone reads and writes it
};

} // namespace pinion
