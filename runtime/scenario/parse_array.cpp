#include <algorithm>
#include <bit>
#include <limits>

#include <pinion/runtime/scenario/parse_array.hpp>
#include <pinion/runtime/scenario/table_reader.hpp>
#include <pinion/shm/dtype.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion::scenario {
namespace {

constexpr auto whole_max = std::numeric_limits<std::int64_t>::max();

fill_kind fill_named(const std::string& name) {
  return name == "ones"     ? fill_kind::ones
         : name == "arange" ? fill_kind::arange
         : name == "random" ? fill_kind::random
                            : fill_kind::zeros;
}

dtype read_type(const table_reader& reader) {
  const auto name = reader.text("type", "float64");
  if (auto type = dtype_named(name))
    return *type;
  std::vector<std::string_view> known;
  for (dtype type :
       {dtype::boolean, dtype::int8, dtype::int16, dtype::int32, dtype::int64, dtype::uint8, dtype::uint16,
        dtype::uint32, dtype::uint64, dtype::float32, dtype::float64, dtype::complex64, dtype::complex128})
    known.push_back(name_of(type));
  fail_unknown(reader.where("type"), "no element type '" + name + "'", name, known);
}

std::vector<std::int64_t> read_shape(const table_reader& reader, dtype type) {
  if (reader.has("shape") == reader.has("size"))
    fail(reader.where(), reader.what() + " needs 'shape' or 'size', and not both");
  if (reader.has("size")) {
    const auto bytes = reader.size("size");
    if (bytes % item_size(type) != 0 || bytes > static_cast<std::size_t>(whole_max))
      reader.wrong("size", "a multiple of " + std::to_string(item_size(type)) + " bytes (one " +
                               std::string(name_of(type)) + ")");
    return {static_cast<std::int64_t>(bytes / item_size(type))};
  }
  // With a file, one extent may be worked out from its size.
  const bool from_file = reader.has("file");
  std::vector<std::int64_t> shape;
  for (const auto* node : reader.list("shape")) {
    const auto found = reader.value_of(*node, "shape");
    const auto* extent = std::get_if<std::int64_t>(&found);
    if (!extent || *extent < (from_file ? -1 : 0))
      reader.wrong("shape", from_file ? "a list of whole numbers from 0, or -1 for what the file has"
                                      : "a list of whole numbers from 0");
    shape.push_back(*extent);
  }
  if (shape.size() > max_rank)
    reader.wrong("shape", "a list of at most " + std::to_string(max_rank) + " numbers");
  try {
    auto known = shape;
    std::replace(known.begin(), known.end(), std::int64_t{-1}, std::int64_t{1});
    byte_count(extents(known), type);
  } catch (const shm_error& why) {
    fail(reader.where("shape"), why.what());
  }
  return shape;
}

// The rest of an array that comes from a file: what kind it is, its ending and the keys tell.
void read_file(array_spec& out, const table_reader& reader) {
  const auto refuse = [&](std::initializer_list<const char*> keys, const std::string& why) {
    for (const char* key : keys)
      if (reader.has(key))
        fail(reader.where(key), std::string("'") + key + "' and 'file' exclude each other" + why);
  };
  out.file = reader.text("file");
  if (out.file.empty())
    reader.wrong("file", "the name of a file: .npy, .npz, or one of bare elements");
  refuse({"fill", "seed", "size"}, ": the file says it");
  if (out.file.ends_with(".npy") || out.file.ends_with(".npz"))
    refuse({"type", "shape", "offset", "order", "bytes"}, ": the file says it");
  if (reader.has("member") && !out.file.ends_with(".npz"))
    fail(reader.where("member"), "'member' is for files that end with .npz");
  out.member = reader.text("member", "");
  out.where = reader.where("file");
  if (!reader.has("type") && !reader.has("shape")) {
    for (const char* key : {"offset", "order", "bytes"})
      if (reader.has(key))
        fail(reader.where(key),
             std::string("'") + key + "' is for bare elements, which need 'type' and 'shape'");
    return;
  }
  const auto type = read_type(reader);
  out.type = name_of(type);
  out.shape = read_shape(reader, type);
  out.format.offset = static_cast<std::uint64_t>(reader.whole("offset", 0, whole_max, 0));
  out.format.lie = reader.word("order", {"C", "F"}, "C") == "F" ? order::fortran : order::c;
  const auto here = std::endian::native == std::endian::little ? "little" : "big";
  out.format.bytes =
      reader.word("bytes", {"little", "big"}, here) == "big" ? std::endian::big : std::endian::little;
}

} // namespace

array_spec parse_array(const toml::table& table, const std::string& file, const script& done) {
  const table_reader reader(
      table, "[[array]]", file, done.set,
      {"name", "file", "member", "type", "shape", "size", "offset", "order", "bytes", "fill", "seed"});
  array_spec out;
  out.where = reader.where();
  out.name = reader.name("name");
  if (std::any_of(done.arrays.begin(), done.arrays.end(),
                  [&](const auto& one) { return one.name == out.name; }))
    fail(reader.where("name"), "there is an array '" + out.name + "' above; give this one another name");
  if (reader.has("file")) {
    read_file(out, reader);
    return out;
  }
  for (const char* key : {"member", "offset", "order", "bytes"})
    if (reader.has(key))
      fail(reader.where(key), std::string("'") + key + "' needs 'file'");
  const dtype type = read_type(reader);
  out.type = name_of(type);
  out.shape = read_shape(reader, type);
  out.fill = fill_named(reader.word("fill", {"zeros", "ones", "arange", "random"}, "zeros"));
  if (reader.has("seed") && out.fill != fill_kind::random)
    fail(reader.where("seed"), "'seed' needs fill = \"random\"");
  out.seed = static_cast<std::uint64_t>(reader.whole("seed", 0, whole_max, 1));
  return out;
}

} // namespace pinion::scenario
