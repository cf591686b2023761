#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <pinion/shm/backing.hpp>
#include <pinion/shm/memory_room.hpp>

namespace pinion {

/// What the arrays of a node are to lie in: named or memfd.
struct backing_choice {
  backing kind = backing::named;
  /// A line for people, when /dev/shm would not do; empty when it does, or when somebody has chosen.
  std::string note;
};

/// `automatic` is memory without a name where /dev/shm cannot be used, or holds less than the node may want:
/// its limit, or a quarter of the memory where it has none. (Linux gives /dev/shm half of the memory;
/// containers give it 64 MiB.) `store_limit` in bytes, 0 for none; `in_shm` empty when /dev/shm cannot be
/// asked, with a total of 0 when it has no limit. A pure function.
backing_choice choose_backing(backing asked, std::uint64_t store_limit, std::optional<shm_room> in_shm,
                              const shm_room& memory);

/// The same for this machine as it is now.
backing_choice choose_backing(backing asked, std::uint64_t store_limit);

} // namespace pinion
