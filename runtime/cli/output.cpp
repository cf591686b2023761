#include <pinion/runtime/cli/output.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace pinion::cli {
namespace {

// 0, or why not everything was written.
int write_all(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // A terminal or pipe that someone else has set to O_NONBLOCK.
      pollfd ready{descriptor, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

} // namespace

void print(std::string_view text) {
  const int problem = write_all(STDOUT_FILENO, text);
  if (problem == EPIPE)
    throw output_error("");
  if (problem != 0)
    throw output_error("cannot write to standard output: " + std::generic_category().message(problem));
}

void complain(std::string_view text) noexcept {
  try {
    std::string line = "pinion: ";
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
      text.remove_suffix(1);
    for (const char c : text) {
      if (c == '\n')
        line += " | ";
      else
        line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
    write_all(STDERR_FILENO, line + "\n");
  } catch (const std::bad_alloc&) {
    write_all(STDERR_FILENO, "pinion: out of memory\n");
  }
}

void remark(std::string_view lines) noexcept { write_all(STDERR_FILENO, lines); }

void prepare_standard_streams() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0)
      continue;
    // The wrong way round, so that using it is an error and not silence. open gives the lowest free number,
    // which is this one, as those below are taken.
    [[maybe_unused]] const int opened = ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

} // namespace pinion::cli
