#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <pinion/shm/segment_name.hpp>

namespace pinion {

/// A segment as anybody of its user can see it from outside, at one moment.
struct found_segment {
  enum class kind : std::uint8_t {
    named, ///< an object in /dev/shm
    memfd, ///< memory without a name, which its owner has open
  };
  enum class state : std::uint8_t {
    alive,     ///< its owner is there
    dead,      ///< certainly not: sweep_dead_owners() removes it
    elsewhere, ///< its owner counts its ids in another namespace (a container): nobody here can tell
    strange,   ///< no regular file lies under the name
  };

  std::string name; ///< with its leading slash
  std::filesystem::path path;
  kind what = kind::named;
  state now = state::strange;
  owner_id owner;
  /// What its owner calls itself, store_options::tag; printable ASCII, whatever lay there.
  std::string tag;
  std::uint64_t size = 0;  ///< bytes that it may take
  std::uint64_t taken = 0; ///< bytes of memory that it takes: result arenas are sparse
  /// Which file it is, also for those who mapped it before it lost its name.
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  /// Its birth, or its last change where the kernel keeps no births.
  std::chrono::system_clock::time_point since;
};

/// All that looks like a segment in one folder.
struct segment_listing {
  std::vector<found_segment> mine; ///< of this user, by owner and then by number
  std::uint64_t others = 0;        ///< other users' segments
  std::uint64_t others_taken = 0;  ///< bytes of memory that those take
  /// Names of this user's under which another user's file lies.
  std::vector<std::string> intruders;
};

/// Those with a name, in a folder as /dev/shm is one. What lies in them is copied and checked, nothing is
/// changed. Empty where there is no such folder. Any thread; costs some system calls a segment.
segment_listing list_segments(const std::filesystem::path& folder);

/// The one place where segments are found: those of /dev/shm, and of this user those without a name, which
/// their owners' descriptors in /proc show. Costs some system calls for each descriptor of the user's
/// processes.
segment_listing list_segments();

/// "alive", "dead", "elsewhere", "strange".
const char* name_of(found_segment::state what) noexcept;

} // namespace pinion
