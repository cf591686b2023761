#include <pinion/runtime/stderr_sink.hpp>

#include <algorithm>
#include <climits>

#include <poll.h>
#include <unistd.h>

namespace pinion {

void say_if_heard(std::string_view text) noexcept {
  // A pipe that can be written at all takes so much without blocking (pipe(7)).
  constexpr std::size_t at_once = PIPE_BUF;
  while (!text.empty()) {
    pollfd out{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&out, 1, 0) != 1 || (out.revents & POLLOUT) == 0)
      return;
    const auto written = ::write(STDERR_FILENO, text.data(), std::min(text.size(), at_once));
    if (written <= 0)
      return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void stderr_sink::sink_it_(const spdlog::details::log_msg& what) {
  spdlog::memory_buf_t line;
  formatter_->format(what, line);
  say_if_heard({line.data(), line.size()});
}

} // namespace pinion
