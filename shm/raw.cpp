#include <pinion/shm/raw.hpp>

#include <algorithm>
#include <string>

#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/byte_swap.hpp>
#include <pinion/shm/element_reader.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/file_elements.hpp>
#include <pinion/shm/input_file.hpp>
#include <pinion/shm/output_file.hpp>

namespace pinion {

namespace {

// A multiple of every item size.
constexpr std::size_t piece_size = std::size_t{1} << 20;

std::string bytes_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

[[noreturn]] void refuse(const input_file& file, const std::string& wanted, std::uint64_t have,
                         std::uint64_t offset) {
  raise(shm_errc::wrong_size, file.name() + ": " + wanted + ", the file has " + bytes_text(have) +
                                  (offset > 0 ? " behind the first " + std::to_string(offset) : ""));
}

// The shape with its -1 worked out from the bytes that there are.
extents whole_shape(const input_file& file, dtype type, const extents& shape, std::uint64_t have,
                    std::uint64_t offset) {
  const auto free = std::find(shape.begin(), shape.end(), -1);
  if (free == shape.end())
    return shape;
  auto result = shape;
  auto& open = result[static_cast<std::size_t>(free - shape.begin())];
  open = 1;
  if (std::find(free + 1, shape.end(), -1) != shape.end())
    raise(shm_errc::bad_shape, file.name() + ": only one extent of " + describe(type, shape) + " can be -1");
  const auto each = byte_count(result, type);
  if (each == 0)
    raise(shm_errc::bad_shape,
          file.name() + ": the -1 of " + describe(type, shape) + " could be anything beside an extent of 0");
  if (have % each != 0)
    refuse(file, describe(type, shape) + " takes a multiple of " + bytes_text(each), have, offset);
  open = static_cast<std::int64_t>(have / each);
  return result;
}

} // namespace

any_array load_raw(store& into, const std::filesystem::path& path, dtype type, const extents& shape,
                   const raw_format& format) {
  if (!valid(type))
    raise(shm_errc::wrong_type, path.string() + ": the type of its elements must be given");
  input_file file(path);
  if (format.offset > file.size())
    raise(shm_errc::wrong_size, file.name() + ": the elements are to begin at byte " +
                                    std::to_string(format.offset) + ", the file has " +
                                    bytes_text(file.size()));
  const auto have = file.size() - format.offset;
  const auto whole = whole_shape(file, type, shape, have, format.offset);
  const auto needed = byte_count(whole, type);
  if (have != needed)
    refuse(file, describe(type, whole) + " takes " + bytes_text(needed), have, format.offset);
  auto result = read_elements(
      into, file, {format.offset, type, whole, format.lie, format.bytes != std::endian::native},
      [&](std::uint64_t got) {
        refuse(file, describe(type, whole) + " takes " + bytes_text(needed), got, format.offset);
      });
  into.label(result, path.filename().string());
  return result;
}

void save_raw(const std::filesystem::path& path, const any_view& what, order lie, std::endian bytes) {
  auto turned = what;
  if (lie == order::fortran)
    turned.lay = detail::transposed(what.lay);
  output_file file(path);
  std::string buffer(piece_size, '\0');
  element_reader elements(turned);
  while (const auto got = elements.read(buffer.data(), buffer.size())) {
    if (bytes != std::endian::native)
      swap_bytes(reinterpret_cast<std::byte*>(buffer.data()), got, what.type);
    file.write(buffer.data(), got);
  }
  file.commit();
}

} // namespace pinion
