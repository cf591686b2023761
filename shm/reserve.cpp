#include <pinion/shm/reserve.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <limits>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/pieces.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion {

namespace {

[[noreturn]] void raise_full(std::uint64_t size, const shm_room& room) {
  auto text = std::string(shm_directory) + " has " + readable_size(room.free) + " free of " +
              readable_size(room.total) + ", " + readable_size(size) +
              " needed; drop arrays, remove what others left there, or make it larger " +
              "(mount -o remount,size=..., in a container --shm-size)";
  throw no_space_error(text, size, room.free, room.total);
}

[[noreturn]] void raise_no_memory(std::uint64_t size, const shm_room& memory) {
  throw no_space_error(
      "there are " + readable_size(memory.free) + " of memory free of " + readable_size(memory.total) + ", " +
          readable_size(size) +
          " needed; drop arrays, end other programs, or raise the memory limit of this control "
          "group or container",
      size, memory.free, memory.total);
}

[[noreturn]] void raise_full(std::uint64_t size, backing kind) {
  if (kind == backing::memfd)
    raise_no_memory(size, room_in_memory());
  raise_full(size, room_in_shm());
}

// /dev/shm may be larger than the memory behind it, and other segments have no limit but memory. Their pages
// cannot be taken back, so filling it brings the killer of the kernel upon this process or any other. Reading
// /proc takes as long as making a small segment: so it is not asked for each of those, but again as soon as
// what was granted the last time is taken. That is the less the less there is, since others take, too.
void check_memory(std::uint64_t size) {
  constexpr std::uint64_t most = std::uint64_t{16} << 20;
  static std::atomic<std::uint64_t> granted{0}; // written by each thread that takes of it or asks
  for (auto left = granted.load(std::memory_order_relaxed); size <= left;)
    if (granted.compare_exchange_weak(left, left - size, std::memory_order_relaxed))
      return;
  const auto memory = room_in_memory();
  if (memory.total != 0 && size > memory.free)
    raise_no_memory(size, memory);
  granted.store(memory.total == 0 ? most : std::min(most, (memory.free - size) / 8),
                std::memory_order_relaxed);
}

} // namespace

shm_room room_in_shm() {
  struct statvfs facts {};
  while (::statvfs(shm_directory, &facts) != 0)
    if (errno != EINTR)
      raise_errno(shm_errc::system_failed, std::string("cannot ask ") + shm_directory + " for its size",
                  errno);
  return {facts.f_bavail * facts.f_frsize, facts.f_blocks * facts.f_frsize};
}

shm_room room_for(backing kind) { return kind == backing::memfd ? room_in_memory() : room_in_shm(); }

void check_file_limit(std::uint64_t size) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur)
    return;
  throw no_space_error("files may have " + readable_size(limit.rlim_cur) +
                           " at most (ulimit -f), a segment of " + readable_size(size) +
                           " is needed; raise the limit",
                       size, limit.rlim_cur, limit.rlim_cur);
}

void check_room(std::uint64_t size, backing kind) {
  check_file_limit(size);
  if (size > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()))
    raise_full(size, kind);
  // Asked first, because filling up all that is left before failing would disturb everybody else for a while.
  if (kind != backing::memfd)
    if (auto room = room_in_shm(); room.total != 0 && size > room.free)
      raise_full(size, room);
  check_memory(size);
}

// Measured, 1 GiB of 4 KiB pages: posix_fallocate 277 ms and then the first memset 340 ms, against 670 ms for
// the first memset after a bare ftruncate. So the reservation costs nothing over all: each page is found here
// and cleared at its first touch. Releasing the pages takes 200 ms. MADV_POPULATE_WRITE instead takes 350 ms
// of one processor, which several can share (reserve_mapped), and leaves 87 ms for the memset: large segments
// are made so.
void reserve(int descriptor, std::uint64_t size, const std::string& name, backing kind) {
  reserve_part(descriptor, 0, size, name, kind);
}

void reserve_mapped(int descriptor, std::byte* memory, std::uint64_t size, const std::string& name,
                    backing kind) {
  constexpr std::uint64_t piece = std::uint64_t{16} << 20;
  std::atomic<int> failed{0}; // written by each thread that fails
  in_pieces(size, piece, [&](std::uint64_t from, std::uint64_t length) {
    // MADV_POPULATE_WRITE (madvise(2), Linux 5.14): EFAULT where a touch would raise SIGBUS.
    while (failed == 0 && ::madvise(memory + from, length, MADV_POPULATE_WRITE) != 0)
      if (errno != EINTR && errno != EAGAIN)
        failed = errno;
  });
  if (failed == EINVAL) // an older kernel
    return reserve(descriptor, size, name, kind);
  if (failed == EFAULT || failed == ENOMEM)
    raise_full(size, kind);
  if (failed != 0)
    raise_errno(shm_errc::system_failed, "cannot reserve " + readable_size(size) + " for " + name, failed);
}

void reserve_part(int descriptor, std::uint64_t offset, std::uint64_t size, const std::string& name,
                  backing kind) {
  check_file_limit(offset + size);
  check_room(size, kind);
  // The kernel undoes the whole call when a signal comes, so one big call under a fast timer would never end.
  // Pieces bound what is lost, and get smaller each time.
  std::uint64_t piece = std::uint64_t{64} << 20;
  for (std::uint64_t done = 0; done < size;) {
    auto length = std::min(piece, size - done);
    switch (int failed = ::posix_fallocate(descriptor, static_cast<off_t>(offset + done),
                                           static_cast<off_t>(length))) {
    case 0:
      done += length;
      break;
    case EINTR:
      piece = std::max(piece / 2, std::uint64_t{64} << 10);
      break;
    case ENOSPC:
    case ENOMEM: // a memory cgroup, or overcommit
    case EFBIG: {
      if (kind == backing::memfd)
        raise_full(size, kind);
      auto room = room_in_shm();
      // What we have taken so far comes back when the caller removes the object.
      room.free = std::min(room.free + done, room.total);
      raise_full(size, room);
    }
    default:
      raise_errno(shm_errc::system_failed, "cannot reserve " + readable_size(size) + " for " + name, failed);
    }
  }
}

void size_sparse(int descriptor, std::uint64_t size, std::uint64_t reserved, const std::string& name,
                 backing kind) {
  check_file_limit(size);
  if (::ftruncate(descriptor, static_cast<off_t>(size)) != 0)
    raise_errno(shm_errc::system_failed, "cannot give " + name + " its size", errno);
  reserve_part(descriptor, 0, reserved, name, kind);
}

void release_part(int descriptor, std::uint64_t offset, std::uint64_t size) noexcept {
  // fallocate(2): FALLOC_FL_PUNCH_HOLE zeroes partial pages at the ends, which may be others'.
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const auto first = (offset + page - 1) / page * page;
  const auto end = (offset + size) / page * page;
  if (end > first)
    while (::fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(first),
                       static_cast<off_t>(end - first)) != 0 &&
           errno == EINTR)
      ;
}

} // namespace pinion
