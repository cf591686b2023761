#include "child.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pinion::bench {

child::child(const std::string& program, const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "no pipe");
  auto words = arguments;
  words.insert(words.begin(), program);
  std::vector<char*> pointers;
  for (auto& each : words)
    pointers.push_back(each.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
  const auto why = ::posix_spawn(&pid_, program.c_str(), &files, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::close(ends[1]);
  out_ = ends[0];
  if (why != 0) {
    ::close(out_);
    throw std::system_error(why, std::generic_category(), "cannot start " + program);
  }
}

child::~child() {
  ::close(out_);
  if (pid_ > 0)
    wait();
}

bool child::read_byte() {
  char byte;
  return ::read(out_, &byte, 1) == 1;
}

std::string child::read_all() {
  std::string result;
  char buffer[4096];
  for (;;) {
    const auto got = ::read(out_, buffer, sizeof buffer);
    if (got > 0)
      result.append(buffer, static_cast<std::size_t>(got));
    else if (got == 0 || errno != EINTR)
      return result;
  }
}

void child::signal(int number) {
  if (pid_ > 0)
    ::kill(pid_, number);
}

std::string child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR)
    ;
  pid_ = -1;
  if (WIFSIGNALED(status))
    return "killed by signal " + std::to_string(WTERMSIG(status));
  const auto code = WEXITSTATUS(status);
  return code == 0 ? std::string() : "exited with code " + std::to_string(code);
}

std::string why_no(const std::string& program) {
  return ::access(program.c_str(), X_OK) == 0 ? std::string() : "there is no " + program;
}

} // namespace pinion::bench
