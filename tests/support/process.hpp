#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <support/look_again.hpp>

namespace pinion::test {

/// Looks until something is so; false after a time that only a fault can take. Not a measurement.
inline bool eventually(const std::function<bool()>& so,
                       std::chrono::seconds patience = std::chrono::seconds{30}) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!so()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    look_again();
  }
  return true;
}

/// True while a process is there and no zombie.
inline bool lives(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(stat, text))
    return false;
  const auto end = text.rfind(')');
  return end != std::string::npos && end + 2 < text.size() && text[end + 2] != 'Z';
}

/// The living children of a process.
inline std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> result;
  std::error_code gone;
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(parent) + "/task", gone)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t child = 0; list >> child;)
      if (lives(child))
        result.push_back(child);
  }
  return result;
}

/// Another program, its output caught in files. Killed and waited for at the end.
class process {
public:
  process(std::vector<std::string> command, const std::vector<std::string>& environment = {}) {
    static int count = 0;
    base_ = std::filesystem::temp_directory_path() /
            ("pinion-process-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::vector<std::string> variables = environment;
    for (char** each = environ; *each != nullptr; ++each)
      variables.emplace_back(*each);
    auto pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> result;
      for (auto& each : texts)
        result.push_back(each.data());
      result.push_back(nullptr);
      return result;
    };
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    constexpr auto flags = O_WRONLY | O_CREAT | O_TRUNC;
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, 1, (base_.string() + ".out").c_str(), flags, 0600);
    ::posix_spawn_file_actions_addopen(&files, 2, (base_.string() + ".err").c_str(), flags, 0600);
    if (::posix_spawnp(&pid_, command[0].c_str(), &files, nullptr, pointers(command).data(),
                       pointers(variables).data()) != 0)
      pid_ = -1;
    ::posix_spawn_file_actions_destroy(&files);
  }
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process() {
    if (!waited_) {
      signal(SIGKILL);
      wait();
    }
    std::filesystem::remove(base_.string() + ".out");
    std::filesystem::remove(base_.string() + ".err");
  }

  pid_t pid() const { return pid_; }
  void signal(int number) const {
    if (pid_ > 0 && !waited_)
      ::kill(pid_, number);
  }
  /// The exit code, or minus the signal.
  int wait() {
    if (!waited_ && pid_ > 0) {
      int how = 0;
      while (::waitpid(pid_, &how, 0) < 0 && errno == EINTR)
        ;
      code_ = WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
      waited_ = true;
    }
    return code_;
  }
  std::string out() const { return read(".out"); }
  std::string err() const { return read(".err"); }

private:
  std::string read(const std::string& ending) const {
    std::ifstream file(base_.string() + ending);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  pid_t pid_ = -1;
  bool waited_ = false;
  int code_ = -1000;
  std::filesystem::path base_;
};

} // namespace pinion::test
