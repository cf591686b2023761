#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace pinion::bench {

/// A program that was started, with its standard output to us. One thread at a time. Owns the process: waits
/// for it.
class child {
public:
  /// `program` is a path. Throws std::system_error.
  child(const std::string& program, const std::vector<std::string>& arguments);
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child();

  /// Waits for its first byte; false if it ended without one.
  bool read_byte();
  /// All that it prints, until it ends.
  std::string read_all();
  /// Sends it a signal, if it was not waited for.
  void signal(int number);
  /// Waits for its end; "exited with code 1" or "killed by signal 9", empty when it ended well.
  std::string wait();

private:
  int out_ = -1;
  pid_t pid_ = -1;
};

/// Why that program cannot be started; empty where it can.
std::string why_no(const std::string& program);

} // namespace pinion::bench
