#include <pinion/shm/npy.hpp>

#include <string>

#include <pinion/shm/element_reader.hpp>
#include <pinion/shm/file_elements.hpp>
#include <pinion/shm/input_file.hpp>
#include <pinion/shm/npy_header.hpp>
#include <pinion/shm/npy_stream.hpp>
#include <pinion/shm/output_file.hpp>

namespace pinion {

namespace {

// Written in pieces that stay in the cache; larger ones gain nothing over the cost of a call.
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
  const auto needed = byte_count(header.shape, header.type);
  auto result =
      read_elements(into, file, {file.size() - needed, header.type, header.shape, header.lie, header.swapped},
                    [&](std::uint64_t have) { raise_cut(file.name(), needed, have); });
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
