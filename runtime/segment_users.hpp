// Which processes have segments mapped, as /proc tells.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace pinion {

/// A process of this user that has a segment mapped.
struct segment_user {
  pid_t pid = 0;
  std::string program; ///< see program_of
  std::uint64_t bytes = 0;
};

/// A segment's file and who has it mapped. One whose name is gone keeps its memory until the last of them
/// lets go.
struct mapped_segment {
  std::string name; ///< with its leading slash
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool named = true;
  bool memfd =
      false; ///< memory without a name: whether its owner still has it, the listing of segments tells
  std::vector<segment_user> users; ///< by process id
};

/// Looks through the maps of all processes of this user that may be looked at; costs some milliseconds a
/// hundred processes. `root` is where /proc lies.
std::vector<mapped_segment> list_mapped_segments(const std::filesystem::path& root = "/");

/// The command line of a process, its program without the folder, at most 60 characters of printable text;
/// empty where the process is gone.
std::string program_of(pid_t pid, const std::filesystem::path& root = "/");

/// True while a process is stopped by a signal (SIGSTOP, Ctrl-Z) or by a debugger.
bool is_stopped(pid_t pid, const std::filesystem::path& root = "/");

} // namespace pinion
