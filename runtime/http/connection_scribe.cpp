#include <pinion/runtime/http/connection_scribe.hpp>

#include <sys/socket.h>

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

void connection_scribe::at_end() {
  remove_from_loop();
  consume(&loop(), nullptr, 0);
}

} // namespace pinion::http
