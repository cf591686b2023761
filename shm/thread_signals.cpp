#include <pinion/shm/thread_signals.hpp>

#include <csignal>
#include <initializer_list>

namespace pinion {

void leave_signals_to_others() noexcept {
  sigset_t others;
  ::sigfillset(&others);
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL})
    ::sigdelset(&others, own);
  ::pthread_sigmask(SIG_BLOCK, &others, nullptr);
}

} // namespace pinion
