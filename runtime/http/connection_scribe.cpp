#include <pinion/runtime/http/connection_scribe.hpp>

#include <fcntl.h>
#include <sys/socket.h>

#include <pinion/runtime/error.hpp>

namespace pinion::http {

namespace {

// More goes at once: only what the socket does not take says that the client does not read.
constexpr std::size_t most_waiting = 64 * 1024;

} // namespace

void connection_scribe::flush() {
  if (stuck() || unsent() > most_waiting) {
    waits_ = false;
    return link_scribe::flush();
  }
  if (unsent() > 0 && !std::exchange(waits_, true))
    out_box_.add(this);
}

void connection_scribe::send_waiting(time_point now) {
  if (!std::exchange(waits_, false))
    return;
  link_scribe::flush();
  if (!detached() && !(unsent() == 0 && all_sent_(now)))
    data_transferred(&loop(), 0, unsent());
}

void connection_scribe::graceful_shutdown() {
  if (std::exchange(waits_, false))
    link_scribe::flush();
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
