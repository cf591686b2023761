#include <pinion/runtime/cli/exit_at_signal.hpp>

#include <chrono>
#include <exception>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

#include <pinion/runtime/cli/interrupted.hpp>
#include <pinion/runtime/cli/output.hpp>
#include <pinion/shm/segment_list.hpp>

namespace pinion::cli {
namespace {

// Their owner has no time to do it. One that it makes in this very moment is left to the next node.
void remove_own_segments() {
  const auto mine = this_owner();
  for (const auto& each : list_segments(shm_directory).mine)
    if (each.owner == mine)
      ::shm_unlink(each.name.c_str());
}

[[noreturn]] void end(int signal) noexcept {
  const interrupted why(signal);
  complain(why.what());
  try {
    remove_own_segments();
  } catch (const std::exception& problem) {
    complain(problem.what());
  }
  // Without a goodbye: other threads are in the middle of something.
  ::_exit(why.exit_code());
}

} // namespace

exit_at_signal::exit_at_signal(signal_watch& signals) : signals_(signals) {
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error&) {
    // The signal is noticed when the work is done, then.
  }
}

exit_at_signal::~exit_at_signal() {
  if (!thread_.joinable())
    return;
  signals_.wake();
  thread_.join();
}

void exit_at_signal::watch() {
  for (;;) {
    const auto what = signals_.wait_for(std::chrono::hours{1});
    if (what && *what > 0)
      end(*what);
    if (what)
      return;
  }
}

} // namespace pinion::cli
