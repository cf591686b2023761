#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include <sys/types.h>

#include <pinion/runtime/system_root.hpp>

namespace pinion {

/// A wall around the memory of one worker process, of all kinds but its node's arrays (whose pages are
/// charged to the node, who reserves them): the system ends the process when it goes over. Made of a cgroup
/// beside or below this process's own (cgroups(7): the memory controller of version 2, or of version 1),
/// where the user may; RLIMIT_DATA stands before it, and lets a kernel fail with out_of_memory instead. One
/// thread; removed at its end, when the process has been waited for.
class memory_cgroup {
public:
  /// Null where this process may not make one. `name` is unique on this machine.
  static std::unique_ptr<memory_cgroup> make(const system_root& system, const std::string& name,
                                             std::size_t bytes);
  memory_cgroup(const memory_cgroup&) = delete;
  memory_cgroup& operator=(const memory_cgroup&) = delete;
  ~memory_cgroup();

  /// False if the process could not be put in.
  bool take(pid_t process) const;
  /// Whether the system has ended a process of it for its memory.
  bool has_killed() const;

private:
  memory_cgroup(std::filesystem::path folder, const char* events)
      : folder_(std::move(folder)), events_(events) {}

  std::filesystem::path folder_;
  const char* events_; ///< the file that counts
};

} // namespace pinion
