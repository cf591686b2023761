#pragma once

#include <cerrno>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace pinion::test {

/// Part of this test program, run in a process of its own by fork and ended by _exit; only for programs
/// without threads. The child's doctest macros go unheard, so it throws (see `must`) and says what is wrong
/// on stderr. Killed and waited for at the end.
class child {
public:
  explicit child(const std::function<void()>& body) {
    if (::pipe(pipe_) != 0)
      throw std::runtime_error("no pipe for a child");
    // What is buffered here would be printed by both.
    std::cout.flush();
    std::fflush(nullptr);
    pid_ = ::fork();
    if (pid_ < 0)
      throw std::runtime_error("no child");
    if (pid_ > 0) {
      ::close(pipe_[1]);
      return;
    }
    ::close(pipe_[0]);
    writer() = pipe_[1];
    try {
      body();
      ::_exit(0);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "in the child: %s\n", e.what());
    }
    ::_exit(1);
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() {
    kill();
    ::close(pipe_[0]);
  }

  pid_t pid() const noexcept { return pid_; }

  /// In the child: a line for line().
  static void say(const std::string& text) {
    auto out = text + '\n';
    if (::write(writer(), out.data(), out.size()) != static_cast<ssize_t>(out.size()))
      ::_exit(2);
  }

  /// What the child said next; empty when it ended.
  std::string line() {
    std::string text;
    for (char c = 0; ::read(pipe_[0], &c, 1) == 1 && c != '\n';)
      text += c;
    return text;
  }

  /// The exit code, or minus the signal that ended it.
  int wait() {
    if (!waited_) {
      while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
      }
      waited_ = true;
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
  }

  void kill() {
    if (!waited_) {
      ::kill(pid_, SIGKILL);
      wait();
    }
  }

private:
  static int& writer() {
    static int descriptor = -1;
    return descriptor;
  }

  int pipe_[2] = {-1, -1};
  pid_t pid_ = -1;
  int status_ = 0;
  bool waited_ = false;
};

/// In a child, where doctest is not heard.
inline void must(bool holds, const std::string& what) {
  if (!holds)
    throw std::runtime_error(what);
}

} // namespace pinion::test
