#pragma once

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pinion::test {

/// One run of the program `pinion` of this build, with an environment of its own. Killed and waited for at
/// the end.
class program {
public:
  struct setup {
    /// "NAME=value"; beside these there is PATH alone.
    std::vector<std::string> variables;
    /// Begins without a standard output, or with one that nobody reads.
    bool stdout_closed = false;
    bool stdout_broken = false;
  };

  explicit program(const std::vector<std::string>& words) : program(words, setup{}) {}

  program(const std::vector<std::string>& words, const setup& how) {
    if (::pipe2(out_, O_CLOEXEC) != 0 || (err_ = ::memfd_create("stderr", MFD_CLOEXEC)) < 0)
      throw std::runtime_error("no descriptors for a program");
    if (how.stdout_broken)
      close(out_[0]);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (how.stdout_closed)
      posix_spawn_file_actions_addclose(&files, 1);
    else
      posix_spawn_file_actions_adddup2(&files, out_[1], 1);
    posix_spawn_file_actions_adddup2(&files, err_, 2);
    std::vector<std::string> arguments{PINION_BUILD_DIR "/bin/pinion"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    auto variables = how.variables;
    variables.emplace_back("PATH=/usr/bin:/bin");
    const int problem = ::posix_spawn(&pid_, arguments[0].c_str(), &files, nullptr,
                                      pointers(arguments).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&files);
    close(out_[1]);
    if (problem != 0)
      throw std::runtime_error("cannot start " + arguments[0]);
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program() {
    if (!waited_) {
      ::kill(pid_, SIGKILL);
      wait();
    }
    close(out_[0]);
    close(err_);
  }

  pid_t pid() const noexcept { return pid_; }
  void signal(int number) const { ::kill(pid_, number); }

  /// What it said next on standard output, without the newline; empty when it closed it.
  std::string line() {
    std::string text;
    for (char c = 0; ::read(out_[0], &c, 1) == 1 && c != '\n';)
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

  /// What is left to read on standard output, until nobody holds it any more.
  std::string out() {
    std::string text;
    char block[4096];
    for (ssize_t got = 0; (got = ::read(out_[0], block, sizeof block)) > 0;)
      text.append(block, static_cast<std::size_t>(got));
    return text;
  }

  /// All that it said on standard error so far.
  std::string err() const {
    std::string text;
    char block[4096];
    for (ssize_t got = 0; (got = ::pread(err_, block, sizeof block, static_cast<off_t>(text.size()))) > 0;)
      text.append(block, static_cast<std::size_t>(got));
    return text;
  }

private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts)
      result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  }

  static void close(int& descriptor) {
    if (descriptor >= 0)
      ::close(std::exchange(descriptor, -1));
  }

  int out_[2] = {-1, -1};
  int err_ = -1;
  pid_t pid_ = -1;
  int status_ = 0;
  bool waited_ = false;
};

} // namespace pinion::test
