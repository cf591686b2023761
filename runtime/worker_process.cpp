#include <pinion/runtime/worker_process.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pinion/runtime/affinity.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/stderr_sink.hpp>
#include <pinion/runtime/worker_environment.hpp>

namespace pinion {

namespace {

constexpr std::size_t tail_bytes = 2048;
// Above every descriptor number that a worker is given, so that none is overwritten while they are laid out.
constexpr int aside = 64;

[[noreturn]] void fail(const worker_order& order, const std::string& what, int why) {
  auto text = "cannot start " +
              (order.actor.empty() ? "worker " + std::to_string(order.slot)
                                   : "the process of the actor `" + order.actor + "`") +
              ": " + what + ": " + std::generic_category().message(why);
  rlimit files{};
  if (why == EMFILE && ::getrlimit(RLIMIT_NOFILE, &files) == 0)
    text += "; raise the limit on open files (ulimit -n), it is " + std::to_string(files.rlim_cur);
  raise(runtime_errc::cannot_start_worker, text);
}

// What posix_spawn takes, freed on every path.
struct spawn_plan {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  spawn_plan() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  spawn_plan(const spawn_plan&) = delete;
  spawn_plan& operator=(const spawn_plan&) = delete;
  ~spawn_plan() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
};

// Pins this thread for as long as it lives; its child inherits the set.
class pinned_for_now {
public:
  explicit pinned_for_now(const std::vector<int>& processors) : before_(allowed_processors()) {
    pin_this_thread(processors);
  }
  pinned_for_now(const pinned_for_now&) = delete;
  pinned_for_now& operator=(const pinned_for_now&) = delete;
  ~pinned_for_now() { pin_this_thread(before_); }

private:
  std::vector<int> before_;
};

descriptor set_aside(int fd) { return descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, aside)); }

// The last lines in one, as an error message has them.
std::string last_lines(std::string text) {
  constexpr int most_lines = 4;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  auto from = text.size();
  for (int lines = 0; lines < most_lines && from != std::string::npos && from > 0; ++lines)
    from = text.rfind('\n', from - 1);
  if (from != std::string::npos && from > 0)
    text.erase(0, from + 1);
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
    text.replace(at, 1, " | ");
  return text;
}

std::string signal_name(int number) {
  const auto* name = ::sigabbrev_np(number);
  return std::to_string(number) + (name != nullptr ? " (SIG" + std::string(name) + ")" : "");
}

} // namespace

worker_process worker_process::start(const worker_order& order, const std::vector<std::string>& environment,
                                     int ledger) {
  worker_process result;
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    fail(order, "no link", errno);
  result.link_ = descriptor(ends[0]);
  const descriptor theirs(ends[1]);
  int stream[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) != 0)
    fail(order, "no way for partial results", errno);
  result.stream_ = descriptor(stream[0]);
  const descriptor emits(stream[1]);
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0)
    fail(order, "no pipe for its output", errno);
  result.output_ = descriptor(pipe[0]);
  const descriptor prints(pipe[1]);
  ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
  const descriptor node(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  if (!node)
    fail(order, "no pidfd of this process (Linux 5.3 or later is needed)", errno);
  result.page_ = std::make_shared<control_page>();

  const auto link = set_aside(theirs.get());
  const auto page = set_aside(result.page_->fd());
  const auto keeper = set_aside(node.get());
  const auto books = set_aside(ledger);
  const auto output = set_aside(prints.get());
  const auto emissions = set_aside(emits.get());
  if (!link || !page || !keeper || !books || !output || !emissions)
    fail(order, "no descriptor above " + std::to_string(aside), errno == EINVAL ? EMFILE : errno);
  spawn_plan plan;
  ::posix_spawn_file_actions_addopen(&plan.files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&plan.files, output.get(), 1);
  ::posix_spawn_file_actions_adddup2(&plan.files, output.get(), 2);
  ::posix_spawn_file_actions_adddup2(&plan.files, link.get(), worker_fd::link);
  ::posix_spawn_file_actions_adddup2(&plan.files, page.get(), worker_fd::page);
  ::posix_spawn_file_actions_adddup2(&plan.files, keeper.get(), worker_fd::node);
  ::posix_spawn_file_actions_adddup2(&plan.files, books.get(), worker_fd::ledger);
  ::posix_spawn_file_actions_adddup2(&plan.files, emissions.get(), worker_fd::stream);
  ::posix_spawn_file_actions_addclosefrom_np(&plan.files, worker_fd::first_free);
  // A worker starts with every signal at its default, and the terminal's held back until it has said that it
  // ignores them: those are for the node, which ends its workers itself.
  sigset_t all;
  ::sigfillset(&all);
  ::posix_spawnattr_setsigdefault(&plan.attributes, &all);
  sigset_t held;
  ::sigemptyset(&held);
  ::sigaddset(&held, SIGINT);
  ::sigaddset(&held, SIGHUP);
  ::sigaddset(&held, SIGQUIT);
  ::posix_spawnattr_setsigmask(&plan.attributes, &held);
  ::posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

  auto title = order.actor.empty() ? "pinion-worker:" + order.node + "/" + std::to_string(order.slot)
                                   : "pinion-actor:" + order.node + "/" + order.actor;
  char* arguments[] = {title.data(), nullptr};
  auto variables = worker_environment(order, environment);
  std::vector<char*> pointers;
  for (auto& each : variables)
    pointers.push_back(each.data());
  pointers.push_back(nullptr);
  {
    const pinned_for_now here(order.processors);
    if (const auto why = ::posix_spawn(&result.pid_, "/proc/self/exe", &plan.files, &plan.attributes,
                                       arguments, pointers.data());
        why != 0)
      fail(order, "posix_spawn", why);
  }
  // The child is ours and not waited for yet, so its number cannot have been used again.
  result.pidfd_ = descriptor(static_cast<int>(::syscall(SYS_pidfd_open, result.pid_, 0)));
  if (!result.pidfd_) {
    const auto why = errno;
    ::kill(result.pid_, SIGKILL);
    ::waitpid(result.pid_, nullptr, 0);
    fail(order, "no pidfd", why);
  }
  return result;
}

bool worker_process::signal(int number) const noexcept {
  return ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) == 0;
}

bool worker_process::read_output() {
  char buffer[4096];
  // Bounded, so that a kernel that prints without end holds up nobody.
  for (int turns = 0; turns < 16; ++turns) {
    const auto got = ::read(output_.get(), buffer, sizeof buffer);
    if (got < 0)
      return errno == EAGAIN || errno == EINTR;
    if (got == 0)
      return false;
    const auto size = static_cast<std::size_t>(got);
    // What kernels print is the user's; a stderr of ours that is closed or stuck is no reason to stop. Then
    // only the tail is kept.
    say_if_heard({buffer, size});
    tail_.append(buffer, size);
    if (tail_.size() > tail_bytes)
      tail_.erase(0, tail_.size() - tail_bytes);
  }
  return true;
}

worker_process::ending worker_process::reap() {
  if (output_)
    read_output();
  siginfo_t how{};
  int got = -1;
  while ((got = ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &how, WEXITED)) != 0 && errno == EINTR)
    ;
  ending result;
  result.perhaps_killed = got != 0 || (how.si_code == CLD_KILLED && how.si_status == SIGKILL);
  result.text = got != 0 ? "ended, and this program took its status (SIGCHLD ignored, or waitpid(-1))"
                : how.si_code == CLD_EXITED ? "exited with code " + std::to_string(how.si_status)
                                            : "killed by signal " + signal_name(how.si_status);
  if (const auto last = last_lines(tail_); !last.empty())
    result.text += "; it last printed: " + last;
  return result;
}

} // namespace pinion
