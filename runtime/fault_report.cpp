#include <pinion/runtime/fault_report.hpp>

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace pinion {

namespace {

// Written once, before the handlers are set.
const argument_map* map = nullptr;
control_block* noted = nullptr;

// For a handler on a stack that has overflown; of the worker's one thread.
alignas(16) char handler_stack[32 * 1024];

void on_fault(int number, siginfo_t* what, void*) {
  // Addresses are only there when the kernel found the fault itself, not when somebody sent the signal.
  if (what->si_code > 0 && (number == SIGBUS || what->si_code == SEGV_ACCERR)) {
    const auto found = map->find(what->si_addr, number == SIGBUS);
    if (found.what != array_fault::kind::none)
      noted->fault.store(found.packed(), std::memory_order_release);
  }
  // Back to what the signal does by itself, and to where it came from: it comes again.
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  ::sigaction(number, &usual, nullptr);
  if (what->si_code <= 0)
    ::raise(number);
}

} // namespace

void report_faults(const argument_map& arguments, control_block& page) {
  map = &arguments;
  noted = &page;
  stack_t aside{};
  aside.ss_sp = handler_stack;
  aside.ss_size = sizeof handler_stack;
  ::sigaltstack(&aside, nullptr);
  struct sigaction handler {};
  handler.sa_sigaction = on_fault;
  handler.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigemptyset(&handler.sa_mask);
  for (const auto each : {SIGSEGV, SIGBUS})
    ::sigaction(each, &handler, nullptr);
}

} // namespace pinion
