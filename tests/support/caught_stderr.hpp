#pragma once

#include <stdexcept>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace pinion::test {

/// What this process says on standard error for as long as this lives. One at a time.
class caught_stderr {
public:
  caught_stderr() : before_(::dup(STDERR_FILENO)), here_(::memfd_create("caught", MFD_CLOEXEC)) {
    if (before_ < 0 || here_ < 0 || ::dup2(here_, STDERR_FILENO) < 0)
      throw std::runtime_error("standard error cannot be caught");
  }
  caught_stderr(const caught_stderr&) = delete;
  caught_stderr& operator=(const caught_stderr&) = delete;
  ~caught_stderr() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
    ::close(here_);
  }

  std::string text() const {
    std::string all;
    char block[4096];
    for (ssize_t got = 0; (got = ::pread(here_, block, sizeof block, static_cast<off_t>(all.size()))) > 0;)
      all.append(block, static_cast<std::size_t>(got));
    return all;
  }

private:
  int before_;
  int here_;
};

} // namespace pinion::test
