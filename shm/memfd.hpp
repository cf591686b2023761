#pragma once

#include <vector>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/segment_file.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion {

/// Memory without a name in any folder (memfd_create(2)), close-on-exec and of mode 0600, which still knows
/// what it is: the name of `what` stands where /proc shows the descriptor. Throws system_failed, with what to
/// do when descriptors have run out. Any thread.
descriptor make_memfd(const segment_name& what);

/// From now on nobody can change its size (F_SEAL_SHRINK, F_SEAL_GROW): so no touch of it can fail later.
void seal_size(int descriptor) noexcept;

/// Another process's, or our own, through /proc: a new open file description. That it is what the name says,
/// and not something else that has the number now, is checked before and after opening. Throws as
/// open_segment does. For names with a descriptor.
segment_file open_memfd(const segment_name& what, access right);

/// Whether the owner still has it open.
bool memfd_exists(const segment_name& what) noexcept;

/// All that this user's processes own and this process may see.
std::vector<segment_name> list_memfds();

} // namespace pinion
