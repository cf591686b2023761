#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pinion {

/// Where shared_memory_object keeps its objects on Linux.
inline constexpr const char* shm_directory = "/dev/shm";

/// Which process owns a segment. A process id alone is used again; with the start time it is unique until the
/// next boot, and the boot id tells boots apart.
struct owner_id {
  std::uint32_t uid = 0;
  /// The first 8 hex digits of the kernel's boot id.
  std::string boot;
  std::int64_t pid = 0;
  /// Clock ticks from boot to the start of the process (field 22 of /proc/<pid>/stat).
  std::uint64_t start = 0;

  friend bool operator==(const owner_id&, const owner_id&) = default;
};

/// The name of a segment: "/pinion-<uid>-<boot>-<pid>-<start>-<number>", with "-fd<descriptor>" behind it
/// when it is memory without a name of its own; at most 96 characters. It says who may unlink it, and whether
/// that process still lives.
struct segment_name {
  owner_id owner;
  /// Counts the segments of one process.
  std::uint64_t number = 0;
  /// Under which its owner has it open (backing::memfd); none for an object in /dev/shm.
  std::optional<std::uint32_t> descriptor = {};

  friend bool operator==(const segment_name&, const segment_name&) = default;
};

std::string to_string(const segment_name& name);

/// Only what to_string makes is taken: no other spelling of the same numbers, nothing before or behind.
std::optional<segment_name> parse_segment_name(std::string_view text);

/// The path of the object's file, in /dev/shm or among its owner's descriptors in /proc.
std::string path_of(const std::string& segment);

/// This process. Reads /proc each time, since a fork changes the answer; throws system_failed where there is
/// no /proc.
owner_id this_owner();

/// False only when it is certain that the owner is gone: its process does not exist, is a zombie, or started
/// at another time, or the machine was booted since. Ids are looked up in our own process id namespace.
bool owner_alive(const owner_id& owner);

/// The process id namespace of this process, 0 where unknown. Processes of another one cannot be judged by
/// their ids.
std::uint64_t this_pid_namespace();

} // namespace pinion
