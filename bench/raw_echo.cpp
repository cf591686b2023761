#include "raw_echo.hpp"

#include <cerrno>
#include <system_error>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pinion/actors/clock.hpp>
#include <pinion/runtime/affinity.hpp>

namespace pinion::bench {

namespace {

constexpr std::size_t message_bytes = 64;
constexpr std::chrono::microseconds look_time{50}; // as a node's `spin`

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

bool receive(int fd, char* bytes, raw_echo::wait how) {
  if (how == raw_echo::wait::looking)
    for (const auto until = steady_clock::now() + look_time; steady_clock::now() < until;)
      if (::recv(fd, bytes, message_bytes, MSG_DONTWAIT) == message_bytes)
        return true;
  return ::read(fd, bytes, message_bytes) == message_bytes;
}

} // namespace

raw_echo::raw_echo(int processor, wait how) : how_(how) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    fail("no socketpair for the floor");
  pid_ = ::fork();
  if (pid_ < 0)
    fail("no process for the floor");
  if (pid_ == 0) {
    ::close(ends[0]);
    pin_this_thread({processor});
    char bytes[message_bytes];
    while (receive(ends[1], bytes, how) && ::write(ends[1], bytes, sizeof bytes) > 0)
      ;
    ::_exit(0);
  }
  ::close(ends[1]);
  fd_ = ends[0];
}

raw_echo::~raw_echo() {
  ::close(fd_);
  ::waitpid(pid_, nullptr, 0);
}

void raw_echo::trip() {
  char bytes[message_bytes] = {};
  if (::write(fd_, bytes, sizeof bytes) != sizeof bytes || !receive(fd_, bytes, how_))
    fail("the floor's process is gone");
}

} // namespace pinion::bench
