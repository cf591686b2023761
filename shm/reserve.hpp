#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <pinion/shm/backing.hpp>
#include <pinion/shm/memory_room.hpp>

namespace pinion {

/// Throws system_failed when /dev/shm cannot be asked.
shm_room room_in_shm();

/// Of what a segment of that kind takes: /dev/shm, or memory.
shm_room room_for(backing kind);

/// Throws no_space_error when no file may have that size (ulimit -f): to go beyond raises SIGXFSZ, which
/// kills.
void check_file_limit(std::uint64_t size);

/// Throws no_space_error when that much cannot be had now: of /dev/shm for a named segment, of memory
/// (which is not asked for each small one, but for every 16 MiB), of one file (ulimit -f).
void check_room(std::uint64_t size, backing kind);

/// Gives a new, empty object its size and its pages, so that no later touch of it can fail: a full /dev/shm,
/// or more than the memory that is left, is a no_space_error here instead of a SIGBUS or the kernel's
/// out-of-memory killer later. Not undone on failure; the caller removes the object.
void reserve(int descriptor, std::uint64_t size, const std::string& name, backing kind);

/// The same through a mapping of all of it, and its pages are ready to be written then: dearer by itself, and
/// cheaper with the first touch that it spares. For large objects; several threads share the work, no more
/// than the processors that this one may use. `memory` must be writable and shared.
void reserve_mapped(int descriptor, std::byte* memory, std::uint64_t size, const std::string& name,
                    backing kind);

/// The same for a part of an object that has its size already.
void reserve_part(int descriptor, std::uint64_t offset, std::uint64_t size, const std::string& name,
                  backing kind);

/// Gives a new object its size, but no pages beyond the first `reserved` bytes.
void size_sparse(int descriptor, std::uint64_t size, std::uint64_t reserved, const std::string& name,
                 backing kind);

/// Gives whole pages back that lie within a part; the object keeps its size, and they are zero when they are
/// reserved again. What fails is left as it is.
void release_part(int descriptor, std::uint64_t offset, std::uint64_t size) noexcept;

} // namespace pinion
