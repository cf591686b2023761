#include "caf_echo.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <sys/wait.h>
#include <unistd.h>

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include "timing.hpp"

namespace pinion::bench {

namespace {

struct networked : caf::actor_system_config {
  networked() { load<caf::io::middleman>(); }
};

// With an argument that it ignores: without one, CAF 0.17.6 binds a reference to null.
caf::behavior echo(int) {
  return {[](std::uint64_t task) { return task; }};
}

// Tells the port, and serves until the other side closes its end.
[[noreturn]] void serve(int out, int in) {
  {
    networked config;
    caf::actor_system system(config);
    const auto actor = system.spawn(echo, 0);
    const auto port = system.middleman().publish(actor, 0, "127.0.0.1");
    const std::uint16_t number = port ? *port : 0;
    char byte = 0;
    if (::write(out, &number, sizeof number) == sizeof number)
      while (::read(in, &byte, 1) > 0)
        ;
    ::_exit(0);
  }
}

} // namespace

caf_echo::caf_echo() {
  int told[2];
  int ends[2];
  if (::pipe(told) != 0 || ::pipe(ends) != 0 || (pid_ = ::fork()) < 0)
    throw std::system_error(errno, std::generic_category(), "no process for CAF's echo");
  if (pid_ == 0) {
    ::close(ends[1]);
    serve(told[1], ends[0]);
  }
  ::close(told[1]);
  ::close(ends[0]);
  end_ = ends[1];
  const bool heard = ::read(told[0], &port_, sizeof port_) == sizeof port_;
  ::close(told[0]);
  if (!heard || port_ == 0)
    throw std::runtime_error("CAF's echo could not be published");
}

caf_echo::~caf_echo() {
  ::close(end_);
  ::waitpid(pid_, nullptr, 0);
}

double caf_echo::burst(std::size_t tasks) {
  networked config;
  caf::actor_system system(config);
  const auto there = system.middleman().remote_actor("127.0.0.1", port_);
  if (!there)
    throw std::runtime_error("CAF's echo cannot be reached");
  caf::scoped_actor self{system};
  const auto ask = [&](std::size_t count) {
    for (std::uint64_t i = 0; i < count; ++i)
      self->send(*there, i);
    for (std::size_t i = 0; i < count; ++i)
      self->receive([](std::uint64_t) {});
  };
  ask(100);
  return seconds_of([&] { ask(tasks); });
}

} // namespace pinion::bench
