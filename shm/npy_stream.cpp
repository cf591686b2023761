#include <pinion/shm/npy_stream.hpp>

#include <algorithm>

#include <pinion/shm/error.hpp>
#include <pinion/shm/native_elements.hpp>

namespace pinion {

namespace {

// Read in pieces that stay in the cache for whoever looks at them next; larger ones gain nothing over the
// cost of a call.
constexpr std::size_t piece_size = std::size_t{1} << 20;

} // namespace

void raise_cut(const std::string& name, std::uint64_t needed, std::uint64_t have) {
  raise(shm_errc::bad_npy, name + ": it is cut: its header promises " + readable_size(needed) +
                               " of elements, it has " + readable_size(have));
}

npy_header read_npy_header(const byte_stream& from, std::uint64_t size, const std::string& name) {
  std::string text(npy_preamble_max, '\0');
  text.resize(from(text.data(), text.size()));
  auto preamble = parse_npy_preamble(text, name);
  auto already = text.size() - preamble.size;
  auto total = preamble.size + preamble.dictionary;
  if (preamble.dictionary > already) {
    auto have = text.size();
    text.resize(total);
    text.resize(have + from(text.data() + have, total - have));
  }
  // Version 1 may have read two bytes into a dictionary that is shorter than that; no valid one is.
  if (text.size() < total)
    raise(shm_errc::bad_npy, name + ": it is cut: it ends within its header");
  auto header = parse_npy_dictionary(std::string_view(text).substr(preamble.size, preamble.dictionary), name);
  auto needed = byte_count(header.shape, header.type);
  auto have = size - std::min<std::uint64_t>(size, total);
  if (have < needed)
    raise_cut(name, needed, have);
  if (have > needed)
    raise(shm_errc::bad_npy, name + ": " + readable_size(have - needed) +
                                 " follow after its elements; several arrays in one file are not supported");
  return header;
}

void read_npy_elements(const byte_stream& from, const npy_header& header, std::byte* data,
                       const std::string& name) {
  const auto needed = byte_count(header.shape, header.type);
  for (std::uint64_t done = 0; done < needed;) {
    auto length = static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, needed - done));
    // Its size was checked, but somebody may have cut it since.
    if (auto got = from(data + done, length); got < length)
      raise_cut(name, needed, done + got);
    make_native(data + done, length, header.type, header.swapped);
    done += length;
  }
}

} // namespace pinion
