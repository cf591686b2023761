#include <pinion/shm/file_elements.hpp>

#include <algorithm>

#include <pinion/shm/native_elements.hpp>
#include <pinion/shm/pieces.hpp>

namespace pinion {

namespace {

// Read in pieces that stay in the cache for whoever looks at them next; larger ones gain nothing over the
// cost of a call. A multiple of every item size.
constexpr std::uint64_t one_read = std::uint64_t{1} << 20;
// What a thread takes at a time: worth starting one, and whole huge pages.
constexpr std::uint64_t one_turn = std::uint64_t{8} << 20;

} // namespace

any_array read_elements(store& into, const input_file& file, const file_elements& what,
                        const std::function<void(std::uint64_t have)>& cut) {
  return into.make_written(what.type, what.shape, what.lie, [&](std::byte* data, std::uint64_t size) {
    in_pieces(size, one_turn, [&](std::uint64_t from, std::uint64_t length) {
      for (std::uint64_t done = 0; done < length;) {
        const auto at = from + done;
        const auto part = static_cast<std::size_t>(std::min(one_read, length - done));
        // Its size was checked, but somebody may have cut it since.
        if (const auto got = file.read_at(what.offset + at, data + at, part); got < part)
          cut(at + got);
        make_native(data + at, part, what.type, what.swapped);
        done += part;
      }
    });
  });
}

} // namespace pinion
