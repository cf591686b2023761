#include <pinion/runtime/io_loop.hpp>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/clock.hpp>

namespace pinion {

io_loop::io_loop(caf::actor_system& system, std::chrono::nanoseconds spin)
    : backend_(system.middleman().backend()), spin_(spin) {}

void io_loop::belong_to(std::thread::id turns) { backend_.thread_id(turns); }

void io_loop::run(const std::function<bool()>& work) {
  mark_actor_thread(true);
  auto quiet_since = steady_clock::now();
  bool quiet = false;
  while (!stopped_) {
    if (backend_.try_run_once() || (work && work())) {
      quiet = false;
      continue;
    }
    if (spin_.count() > 0) {
      const auto now = steady_clock::now();
      if (!quiet) {
        quiet = true;
        quiet_since = now;
      }
      if (now - quiet_since < spin_)
        continue;
    }
    backend_.run_once();
    quiet = false;
  }
  mark_actor_thread(false);
}

void io_loop::stop() {
  backend_.post([this] { stopped_ = true; });
}

} // namespace pinion
