#include <pinion/shm/npy.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/byte_swap.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/npy_header.hpp>
#include <pinion/shm/output_file.hpp>

namespace pinion {

namespace {

// Read in pieces that stay in the cache for whoever looks at them next; larger ones gain nothing over the
// cost of a call.
constexpr std::size_t piece_size = std::size_t{1} << 20;

// A regular file that is open for reading; anything else could block for ever, or has no end.
class input_file {
public:
  explicit input_file(const std::filesystem::path& path)
      : name_(path.string()), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {
    if (!file_)
      raise_errno(shm_errc::file_failed, "cannot open " + name_, errno);
    struct stat facts {};
    if (::fstat(file_.get(), &facts) != 0)
      raise_errno(shm_errc::file_failed, "cannot read " + name_, errno);
    if (!S_ISREG(facts.st_mode))
      raise(shm_errc::file_failed,
            "cannot read " + name_ +
                (S_ISDIR(facts.st_mode) ? ": it is a directory" : ": it is not a regular file"));
    size_ = static_cast<std::uint64_t>(facts.st_size);
  }

  const std::string& name() const noexcept { return name_; }
  std::uint64_t size() const noexcept { return size_; }

  /// Fewer bytes than asked for only at the end of the file.
  std::size_t read(void* to, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
      auto got = ::read(file_.get(), static_cast<char*>(to) + done, size - done);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        raise_errno(shm_errc::file_failed, "cannot read " + name_, errno);
      if (got == 0)
        break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

private:
  std::string name_;
  descriptor file_;
  std::uint64_t size_ = 0;
};

[[noreturn]] void raise_cut(const std::string& name, std::uint64_t needed, std::uint64_t have) {
  raise(shm_errc::bad_npy, name + ": it is cut: its header promises " + readable_size(needed) +
                               " of elements, it has " + readable_size(have));
}

// Returns the header, with the file standing at the first element; what follows has exactly the size that it
// should.
npy_header read_header(input_file& file) {
  std::string text(npy_preamble_max, '\0');
  text.resize(file.read(text.data(), text.size()));
  auto preamble = parse_npy_preamble(text, file.name());
  auto already = text.size() - preamble.size;
  auto total = preamble.size + preamble.dictionary;
  if (preamble.dictionary > already) {
    auto have = text.size();
    text.resize(total);
    text.resize(have + file.read(text.data() + have, total - have));
  }
  // Version 1 may have read two bytes into a dictionary that is shorter than that; no valid one is.
  if (text.size() < total)
    raise(shm_errc::bad_npy, file.name() + ": it is cut: it ends within its header");
  auto header =
      parse_npy_dictionary(std::string_view(text).substr(preamble.size, preamble.dictionary), file.name());
  auto needed = byte_count(header.shape, header.type);
  auto have = file.size() - std::min<std::uint64_t>(file.size(), total);
  if (have < needed)
    raise_cut(file.name(), needed, have);
  if (have > needed)
    raise(shm_errc::bad_npy, file.name() + ": " + readable_size(have - needed) +
                                 " follow after its elements; several arrays in one file are not supported");
  return header;
}

// C++ knows no other truth values than these; NumPy takes each byte but 0 as true.
void make_bools(std::byte* data, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    data[i] = data[i] == std::byte{0} ? std::byte{0} : std::byte{1};
}

void write_rows(output_file& file, const any_view& what) {
  auto item = item_size(what.type);
  std::string buffer(piece_size, '\0');
  std::size_t filled = 0;
  extents index(std::span<const std::int64_t>(std::array<std::int64_t, max_rank>{}.data(), what.rank()));
  const auto* data = static_cast<const std::byte*>(what.data);
  std::int64_t offset = 0;
  for (std::int64_t left = what.size(); left > 0; --left) {
    std::memcpy(buffer.data() + filled, data + offset * static_cast<std::int64_t>(item), item);
    filled += item;
    if (filled + item > buffer.size() || left == 1) {
      file.write(buffer.data(), filled);
      filled = 0;
    }
    for (std::size_t axis = what.rank(); axis-- > 0;) {
      if (++index[axis] < what.lay.shape[axis]) {
        offset += what.lay.strides[axis];
        break;
      }
      offset -= what.lay.strides[axis] * (what.lay.shape[axis] - 1);
      index[axis] = 0;
    }
  }
}

} // namespace

any_array load_npy(store& into, const std::filesystem::path& path) {
  input_file file(path);
  auto header = read_header(file);
  auto result = into.make(header.type, header.shape, fill::none, header.lie);
  auto* data = static_cast<std::byte*>(result.view().data);
  auto needed = byte_count(header.shape, header.type);
  for (std::uint64_t done = 0; done < needed;) {
    auto length = static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, needed - done));
    // Its size was checked, but somebody may have cut it since.
    if (auto got = file.read(data + done, length); got < length)
      raise_cut(file.name(), needed, done + got);
    if (header.swapped)
      swap_bytes(data + done, length, header.type);
    if (header.type == dtype::boolean)
      make_bools(data + done, length);
    done += length;
  }
  into.label(result, path.filename().string());
  return result;
}

void save_npy(const std::filesystem::path& path, const any_view& what) {
  auto fortran = !contiguous(what.lay) && f_contiguous(what.lay);
  auto header = format_npy_header({what.type, false, fortran ? order::fortran : order::c, what.shape()});
  output_file file(path);
  if (fortran || contiguous(what.lay)) {
    file.write(header.data(), header.size(), what.data, byte_count(what.shape(), what.type));
  } else {
    file.write(header.data(), header.size());
    write_rows(file, what);
  }
  file.commit();
}

} // namespace pinion
