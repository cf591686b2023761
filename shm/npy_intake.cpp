#include <pinion/shm/npy_intake.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/native_elements.hpp>
#include <pinion/shm/npy_stream.hpp>

namespace pinion {

namespace {

// From here on arrays are written by their segment's file: fresh pages are dear to touch (file_elements.cpp
// has the figures), and of those that have a segment to themselves, from 16 MiB on, not all are there yet.
constexpr std::uint64_t large = std::uint64_t{8} << 20U;

} // namespace

npy_intake::npy_intake(store& into, promise what)
    : npy_intake(
          [&into](dtype type, const extents& shape, order lie, const std::string& label) {
            auto made = into.make(type, shape, fill::as_written, lie);
            into.label(made, label);
            return made;
          },
          std::move(what)) {}

npy_intake::npy_intake(maker into, promise what)
    : into_(std::move(into)), what_(std::move(what)),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_size)) {}

void npy_intake::take(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const auto where = room();
    const auto size = std::min(where.size(), bytes.size());
    std::memcpy(where.data(), bytes.data(), size);
    filled(size);
    bytes = bytes.subspan(size);
  }
}

void npy_intake::filled(std::size_t size) {
  have_ += size;
  if (!header_)
    read_header();
  if (!header_)
    return;
  if (done_ + have_ > needed_)
    raise(shm_errc::bad_npy, what_.name + ": more follows after its elements");
  // Elements are put down whole.
  if (have_ == buffer_size || done_ + have_ == needed_)
    put(have_);
}

void npy_intake::read_header() {
  const std::string_view text(buffer_.get(), have_);
  if (text.size() < npy_preamble_max)
    return;
  const auto preamble = parse_npy_preamble(text.substr(0, npy_preamble_max), what_.name);
  const auto size = preamble.size + preamble.dictionary;
  if (text.size() < size)
    return;
  make_array(parse_npy_dictionary(text.substr(preamble.size, preamble.dictionary), what_.name), size);
  have_ -= size;
  std::memmove(buffer_.get(), buffer_.get() + size, have_);
}

void npy_intake::make_array(const npy_header& header, std::size_t header_size) {
  needed_ = byte_count(header.shape, header.type);
  if (what_.size && *what_.size < header_size + needed_)
    raise_cut(what_.name, needed_, *what_.size - std::min<std::uint64_t>(*what_.size, header_size));
  if (what_.size && *what_.size > header_size + needed_)
    raise(shm_errc::bad_npy, what_.name + ": " + readable_size(*what_.size - header_size - needed_) +
                                 " follow after its elements; several arrays in one are not supported");
  if (what_.allow)
    what_.allow(needed_);
  array_ = into_(header.type, header.shape, header.lie, what_.name);
  if (needed_ >= large)
    file_ = open_segment(array_->view().source->segment, access::write);
  header_ = header;
}

void npy_intake::put(std::size_t size) {
  auto* const from = reinterpret_cast<std::byte*>(buffer_.get());
  make_native(from, size, header_->type, header_->swapped);
  if (!file_) {
    if (size > 0) // an array without elements may have no memory
      std::memcpy(static_cast<std::byte*>(array_->view().data) + done_, from, size);
  } else {
    for (std::size_t at = 0; at < size;) {
      const auto where = array_->ref().offset + done_ + at;
      const auto written = ::pwrite(file_->file.get(), from + at, size - at, static_cast<off_t>(where));
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0 && errno == ENOSPC)
        raise(shm_errc::no_space, "there is no room any more for what comes of " + what_.name + " (" +
                                      readable_size(needed_) + ")");
      if (written <= 0)
        raise_errno(shm_errc::system_failed, "cannot write what comes of " + what_.name + " into its segment",
                    errno);
      at += static_cast<std::size_t>(written);
    }
  }
  done_ += size;
  have_ = 0;
}

any_array npy_intake::finish() {
  if (!header_) // what is too short to be looked at before may be no .npy at all
    parse_npy_preamble({buffer_.get(), have_}, what_.name);
  if (!header_)
    raise(shm_errc::bad_npy, what_.name + ": it is cut: it ends within its header");
  if (done_ < needed_)
    raise_cut(what_.name, needed_, done_ + have_);
  header_.reset();
  return *std::exchange(array_, std::nullopt);
}

} // namespace pinion
