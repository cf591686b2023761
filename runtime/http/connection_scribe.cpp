#include <pinion/runtime/http/connection_scribe.hpp>

#include <fcntl.h>
#include <sys/socket.h>

#include <pinion/runtime/error.hpp>

namespace pinion::http {

void connection_scribe::graceful_shutdown() {
  hang_up();
  link_scribe::graceful_shutdown();
}

bool connection_scribe::end_writing() {
  if (unsent() > 0)
    return false;
  ::shutdown(fd(), SHUT_WR);
  return true;
}

descriptor connection_scribe::share() const {
  descriptor result(::fcntl(fd(), F_DUPFD_CLOEXEC, 0));
  if (!result)
    raise(runtime_errc::system_refused,
          "no descriptor for the body of a request; raise the limit on open files (ulimit -n)");
  return result;
}

void connection_scribe::at_end() {
  remove_from_loop();
  consume(&loop(), nullptr, 0);
}

} // namespace pinion::http
