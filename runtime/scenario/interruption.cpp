#include <atomic>
#include <string>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/scenario/interruption.hpp>

namespace pinion::scenario {
namespace {

std::atomic<int> noted{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler writes it");

extern "C" void note_signal(int number) {
  int none = 0;
  noted.compare_exchange_strong(none, number);
}

} // namespace

interruption::interruption() {
  noted = 0;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN)
      continue;
    struct sigaction ours {};
    ours.sa_handler = note_signal;
    ours.sa_flags = SA_RESTART; // waits here are short and ask signal() between them
    ::sigaction(signals[i], &ours, nullptr);
  }
}

interruption::~interruption() {
  for (std::size_t i = 0; i < signals.size(); ++i)
    ::sigaction(signals[i], &before_[i], nullptr);
}

int interruption::signal() noexcept { return noted.load(); }

void interruption::request() noexcept { note_signal(SIGTERM); }

void interruption::check() {
  if (const int number = signal())
    raise(runtime_errc::interrupted, std::string("interrupted by ") + (number == SIGINT   ? "Ctrl-C"
                                                                       : number == SIGHUP ? "SIGHUP"
                                                                                          : "SIGTERM"));
}

} // namespace pinion::scenario
