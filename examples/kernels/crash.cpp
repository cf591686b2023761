// fail and crash: what it looks like when a kernel throws, and when it takes its process with it.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <pinion/actors/kernels_macro.hpp>
#include <sys/mman.h>
#include <unistd.h>

namespace {

void fail(const std::string& text) { throw std::runtime_error(text); }

// A real one: a store to a page without rights. The handler of whoever watches (a sanitizer) is taken away
// first.
[[noreturn]] void break_memory() {
  std::signal(SIGSEGV, SIG_DFL);
  void* page = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(page) = 1;
  std::abort();
}

// What an array that may only be read is for.
void scribble(pinion::view<const double> a) {
  if (!a.empty())
    *const_cast<volatile double*>(a.data()) = 0;
}

void crash(std::string_view how) {
  if (how != "segv" && how != "abort" && how != "exit" && how != "kill")
    throw std::invalid_argument("cannot crash by \"" + std::string(how) +
                                "\", only by segv, abort, exit or kill");
  std::fprintf(stderr, "kernel crash: process %d goes down by %.*s, as asked\n", static_cast<int>(::getpid()),
               static_cast<int>(how.size()), how.data());
  std::fflush(stderr);
  if (how == "segv")
    break_memory();
  if (how == "abort") {
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  }
  if (how == "exit")
    std::_Exit(3);
  ::kill(::getpid(), SIGKILL);
}

} // namespace

PINION_KERNELS(k) {
  k.add("fail", fail, "throws an exception with that text");
  k.add("scribble", scribble, "writes to an array that it may only read, and ends as an error that says so");
  k.add("crash", crash, "ends the process that runs it, really: by segv, abort, exit (with code 3) or kill");
}
