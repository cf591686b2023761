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

// Writes into a segment by its file, whose pages are there.
void write_at(const segment_file& into, std::uint64_t offset, const std::byte* from, std::size_t size,
              const std::string& name) {
  for (std::size_t done = 0; done < size;) {
    const auto put = ::pwrite(into.file.get(), from + done, size - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      raise_errno(shm_errc::system_failed, "cannot write what is read from " + name + " into its segment",
                  errno);
    done += static_cast<std::size_t>(put);
  }
}

} // namespace

// Measured, 1 GiB of fresh memory, the file in the page cache, cat to /dev/null 75 ms: reserved by
// fallocate(2) (100 ms) and then written by way of a buffer 270 ms with two threads, of which only the
// reading runs side by side, as the file system lets one writer in at a time; without reserving first 320 ms;
// sendfile(2) 350 ms; read into mapped memory 960 ms after MADV_POPULATE_WRITE, 2,100 ms without; written
// from a mapping of the file 1,400 ms. One thread and a buffer: 340 ms.
any_array read_elements(store& into, const input_file& file, const file_elements& what,
                        const std::function<void(std::uint64_t have)>& cut) {
  // Its size was checked, but somebody may have cut it since.
  const auto read = [&](std::uint64_t at, std::byte* to, std::size_t size) {
    if (const auto got = file.read_at(what.offset + at, to, size); got < size)
      cut(at + got);
    make_native(to, size, what.type, what.swapped);
  };
  auto result = into.make(what.type, what.shape, fill::by_file, what.lie);
  const auto size = byte_count(what.shape, what.type);
  if (size < one_turn) {
    auto* const data = static_cast<std::byte*>(result.view().data);
    for (std::uint64_t done = 0; done < size; done += one_read)
      read(done, data + done, static_cast<std::size_t>(std::min(one_read, size - done)));
    return result;
  }
  // Nobody else sees the array yet.
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
