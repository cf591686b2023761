#include <pinion/shm/npy_map.hpp>

#include <string>
#include <utility>

#include <pinion/shm/error.hpp>
#include <pinion/shm/file_segment.hpp>
#include <pinion/shm/input_file.hpp>
#include <pinion/shm/mapping.hpp>
#include <pinion/shm/npy_stream.hpp>

namespace pinion {

namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  raise(shm_errc::bad_npy,
        file + " cannot be mapped: " + why + "; load it instead (load_npy, in a call @ in place of map:)");
}

} // namespace

any_view map_npy(const std::filesystem::path& path) {
  input_file file(path);
  const auto before = file_incarnation(file.fd());
  const auto header = read_npy_header([&](void* to, std::size_t size) { return file.read(to, size); },
                                      file.size(), file.name());
  if (header.swapped)
    refuse(file.name(), "its elements are in the byte order of other machines");
  if (header.type == dtype::boolean)
    refuse(file.name(), "truth values in a file may be other than 0 and 1");
  // The header has made sure of it: they are the last of the file.
  const auto begin = file.size() - byte_count(header.shape, header.type);
  if (begin % alignment_of(header.type) != 0)
    refuse(file.name(), "its elements begin at byte " + std::to_string(begin) +
                            ", which is not aligned for " + std::string(name_of(header.type)));
  auto mapped = mapping::open(file_segment_name(path), access::read);
  // The path may lead to another file by now, whose elements that header does not describe.
  if (mapped->incarnation != before || mapped->size != file.size())
    raise(shm_errc::file_failed, file.name() + " was changed while it was opened; try again");
  auto* data = mapped->base + begin;
  return {data, header.type, in_order(header.shape, header.lie), std::move(mapped), false};
}

} // namespace pinion
