#include <pinion/shm/npy.hpp>

#include <algorithm>
#include <string>

#include <pinion/shm/element_reader.hpp>
#include <pinion/shm/input_file.hpp>
#include <pinion/shm/native_elements.hpp>
#include <pinion/shm/npy_header.hpp>
#include <pinion/shm/npy_stream.hpp>
#include <pinion/shm/output_file.hpp>

namespace pinion {

namespace {

// Read and written in pieces that stay in the cache for whoever looks at them next; larger ones gain nothing
// over the cost of a call.
constexpr std::size_t piece_size = std::size_t{1} << 20;

void write_rows(output_file& file, const any_view& what) {
  std::string buffer(piece_size, '\0');
  element_reader elements(what);
  while (const auto got = elements.read(buffer.data(), buffer.size()))
    file.write(buffer.data(), got);
}

} // namespace

any_array load_npy(store& into, const std::filesystem::path& path) {
  input_file file(path);
  auto header = read_npy_header([&](void* to, std::size_t size) { return file.read(to, size); }, file.size(),
                                file.name());
  auto result = into.make(header.type, header.shape, fill::none, header.lie);
  auto* data = static_cast<std::byte*>(result.view().data);
  auto needed = byte_count(header.shape, header.type);
  for (std::uint64_t done = 0; done < needed;) {
    auto length = static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, needed - done));
    // Its size was checked, but somebody may have cut it since.
    if (auto got = file.read(data + done, length); got < length)
      raise_cut(file.name(), needed, done + got);
    make_native(data + done, length, header.type, header.swapped);
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
