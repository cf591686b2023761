#include <pinion/runtime/cli/signal_watch.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <system_error>

#include <pinion/runtime/error.hpp>

namespace pinion::cli {

signal_watch::signal_watch() {
  sigset_t watched;
  sigemptyset(&watched);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // Linux queues a blocked signal even where it is ignored, so ignored ones must be left out.
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
      sigaddset(&watched, number);
  }
  signals_ = descriptor(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
  wakes_ = descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!signals_ || !wakes_)
    raise(runtime_errc::system_refused,
          "cannot watch for signals: " + std::generic_category().message(errno));
  pthread_sigmask(SIG_BLOCK, &watched, &before_);
}

signal_watch::~signal_watch() {
  // One that came again while the first was obeyed: what it asks for is done.
  signalfd_siginfo signal{};
  while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal)
    ;
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> signal_watch::wait_for(std::chrono::milliseconds time) {
  pollfd sources[]{{signals_.get(), POLLIN, 0}, {wakes_.get(), POLLIN, 0}};
  if (::poll(sources, 2, static_cast<int>(std::min<std::int64_t>(time.count(), INT_MAX))) <= 0)
    return std::nullopt;
  signalfd_siginfo signal{};
  if (::read(signals_.get(), &signal, sizeof signal) == sizeof signal)
    return static_cast<int>(signal.ssi_signo);
  std::uint64_t wakes = 0;
  return ::read(wakes_.get(), &wakes, sizeof wakes) == sizeof wakes ? std::optional{0} : std::nullopt;
}

void signal_watch::wake() noexcept {
  const std::uint64_t one = 1;
  // Can fail only when some 2^64 wakes are waiting already.
  [[maybe_unused]] const auto written = ::write(wakes_.get(), &one, sizeof one);
}

} // namespace pinion::cli
