#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/scenario/part_process.hpp>

namespace pinion::scenario {
namespace {

constexpr const char* variable = "PINION_SCENARIO_PART";
constexpr int stream_number = 3;

[[noreturn]] void refused(const char* what, int error) {
  raise(runtime_errc::system_refused,
        std::string("cannot start a process for a crash step: ") + what + ": " + std::strerror(error));
}

// A list of texts as posix_spawn takes it.
class text_list {
public:
  void add(std::string text) { texts_.push_back(std::move(text)); }
  char** data() {
    pointers_.clear();
    for (auto& text : texts_)
      pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }
  bool empty() const { return texts_.empty(); }

private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

text_list own_arguments() {
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  text_list out;
  for (std::string one; std::getline(in, one, '\0');)
    out.add(one);
  if (out.empty())
    refused("/proc/self/cmdline", errno);
  return out;
}

text_list own_environment() {
  text_list out;
  const std::string ours = std::string(variable) + "=";
  for (char** one = environ; *one; ++one) {
    if (!std::string_view(*one).starts_with(ours))
      out.add(*one);
  }
  out.add(ours + std::to_string(stream_number));
  return out;
}

int milliseconds_until(std::chrono::steady_clock::time_point when) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(when - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3600 * 1000));
}

// True when `fd` has something to read, or has ended, before `when`.
bool readable_by(int fd, std::chrono::steady_clock::time_point when) {
  for (;;) {
    pollfd one{fd, POLLIN, 0};
    const int found = ::poll(&one, 1, milliseconds_until(when));
    if (found >= 0 || errno != EINTR)
      return found != 0;
  }
}

} // namespace

part_process::part_process() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    refused("socketpair", errno);
  stream_ = descriptor(ends[0]);
  const descriptor theirs(ends[1]);
  output_ = descriptor(::memfd_create("pinion-scenario-part", MFD_CLOEXEC));
  if (!output_)
    refused("memfd_create", errno);

  auto arguments = own_arguments();
  auto environment = own_environment();
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  // Its end may have the wanted number already, and keeps close-on-exec then: through a number that is free
  // for sure.
  const descriptor high(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, 64));
  if (!high)
    refused("fcntl", errno);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output_.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output_.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, high.get(), stream_number);
  sigset_t none;
  sigset_t reset;
  ::sigemptyset(&none);
  ::sigemptyset(&reset);
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
    ::sigaddset(&reset, number);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &reset);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error =
      ::posix_spawn(&pid_, "/proc/self/exe", &actions, &attributes, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    pid_ = 0;
    refused("posix_spawn", error);
  }
  // Nobody else waits for our child, so its number is still its own.
  pidfd_ = descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

part_process::~part_process() {
  // It sees the stream end, puts its workers away, and leaves by itself within three seconds.
  stream_.reset();
  if (pid_ > 0 && !is_reaped_)
    wait_for_end(std::chrono::steady_clock::now() + std::chrono::seconds(4));
}

void part_process::send(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t done = 0; done < text.size();) {
    const auto sent = ::send(stream_.get(), text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent < 0)
      return; // it is gone, as receive() will tell
    done += static_cast<std::size_t>(sent);
  }
}

part_process::heard part_process::receive(std::string& line, std::chrono::steady_clock::time_point when) {
  for (;;) {
    if (const auto end = rest_.find('\n'); end != std::string::npos) {
      line = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      return heard::line;
    }
    if (!readable_by(stream_.get(), when))
      return heard::nothing;
    std::array<char, 4096> buffer;
    const auto got = ::recv(stream_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return heard::end;
    rest_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

bool part_process::ended_by(std::chrono::steady_clock::time_point when) {
  return !pidfd_ || readable_by(pidfd_.get(), when);
}

int part_process::wait_for_end(std::chrono::steady_clock::time_point when) {
  if (is_reaped_)
    return status_;
  if (!ended_by(when) || !pidfd_)
    ::kill(pid_, SIGKILL); // not waited for yet, so the number is still its own
  while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  is_reaped_ = true;
  return status_;
}

std::string part_process::printed() const {
  std::array<char, 4096> buffer;
  const auto size = ::lseek(output_.get(), 0, SEEK_END);
  const auto from = std::max<off_t>(0, size - static_cast<off_t>(buffer.size()));
  const auto got = ::pread(output_.get(), buffer.data(), buffer.size(), from);
  return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

std::optional<int> take_part_stream() {
  const char* text = std::getenv(variable);
  if (!text)
    return std::nullopt;
  const int number = std::atoi(text);
  ::unsetenv(variable);
  if (::fcntl(number, F_SETFD, FD_CLOEXEC) != 0)
    raise(runtime_errc::system_refused,
          std::string(variable) + " is set by pinion itself, for its own processes");
  return number;
}

} // namespace pinion::scenario
