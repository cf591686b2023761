#pragma once

namespace pinion {

/// For threads that a program does not know of: blocks all signals on this thread, so that none of the
/// program's handlers runs here (pthread_sigmask(3)), but those that a thread brings upon itself (SIGSEGV,
/// SIGBUS, SIGFPE, SIGILL).
void leave_signals_to_others() noexcept;

} // namespace pinion
