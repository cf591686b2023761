#include <pinion/shm/file_elements.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>

#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/native_elements.hpp>
#include <pinion/shm/pieces.hpp>
#include <pinion/shm/segment_file.hpp>

namespace pinion {

namespace {

// What is read at a time: it stays in the cache until it lies where it belongs. A multiple of every item
// size.
constexpr std::uint64_t one_read = std::uint64_t{256} << 10;
// What a thread takes at a time; worth starting one.
constexpr std::uint64_t one_turn = std::uint64_t{16} << 20;

// Writes into a segment by its file.
void write_at(const segment_file& into, std::uint64_t offset, const std::byte* from, std::size_t size,
              const std::string& name) {
  for (std::size_t done = 0; done < size;) {
    const auto put = ::pwrite(into.file.get(), from + done, size - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0 && (errno == ENOSPC || errno == ENOMEM))
      throw no_space_error("there is no room left for what is read from " + name +
                               ": others have taken it meanwhile; drop arrays, or end other programs",
                           size - done, 0, 0);
    if (put <= 0)
      raise_errno(shm_errc::system_failed, "cannot write what is read from " + name + " into its segment",
                  errno);
    done += static_cast<std::size_t>(put);
  }
}

} // namespace

// Measured, 1 GiB of fresh memory, the file in the page cache, two threads: read by way of a buffer and
// written into the segment's file 220 ms (cat to /dev/null: 160 ms); sendfile(2) 275 ms; read straight into
// mapped memory 2,000 ms, as each page is a fault of its own; the same after MADV_POPULATE_WRITE 950 ms;
// written from a mapping of the file 910 ms. One thread and a buffer: 360 ms.
any_array read_elements(store& into, const input_file& file, const file_elements& what,
                        const std::function<void(std::uint64_t have)>& cut) {
  // Its size was checked, but somebody may have cut it since.
  const auto read = [&](std::uint64_t at, std::byte* to, std::size_t size) {
    if (const auto got = file.read_at(what.offset + at, to, size); got < size)
      cut(at + got);
    make_native(to, size, what.type, what.swapped);
  };
  std::uint64_t size = 0;
  auto result = into.make_written(what.type, what.shape, what.lie, [&](std::byte* data, std::uint64_t bytes) {
    size = bytes;
    if (bytes >= one_turn)
      return; // below, through the file: nobody else sees the array yet
    for (std::uint64_t done = 0; done < bytes; done += one_read)
      read(done, data + done, static_cast<std::size_t>(std::min(one_read, bytes - done)));
  });
  if (size < one_turn)
    return result;
  const auto memory = open_segment(result.view().source->segment, access::write);
  const auto begin = result.ref().offset;
  in_pieces(size, one_turn, [&](std::uint64_t from, std::uint64_t length) {
    const auto buffer = std::make_unique_for_overwrite<std::byte[]>(one_read);
    for (std::uint64_t done = 0; done < length; done += one_read) {
      const auto part = static_cast<std::size_t>(std::min(one_read, length - done));
      read(from + done, buffer.get(), part);
      write_at(memory, begin + from + done, buffer.get(), part, file.name());
    }
  });
  return result;
}

} // namespace pinion
