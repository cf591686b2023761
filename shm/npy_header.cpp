#include <pinion/shm/npy_header.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <pinion/shm/error.hpp>
#include <pinion/shm/python_literal.hpp>

namespace pinion {

namespace {

constexpr std::string_view magic{"\x93NUMPY", 6};
constexpr char native_mark = std::endian::native == std::endian::little ? '<' : '>';

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  raise(shm_errc::bad_npy, file + ": " + why);
}

struct kind {
  std::string_view letters;
  dtype type;
};

constexpr std::array<kind, 13> kinds{{{"b1", dtype::boolean},
                                      {"i1", dtype::int8},
                                      {"i2", dtype::int16},
                                      {"i4", dtype::int32},
                                      {"i8", dtype::int64},
                                      {"u1", dtype::uint8},
                                      {"u2", dtype::uint16},
                                      {"u4", dtype::uint32},
                                      {"u8", dtype::uint64},
                                      {"f4", dtype::float32},
                                      {"f8", dtype::float64},
                                      {"c8", dtype::complex64},
                                      {"c16", dtype::complex128}}};

std::string why_not(char letter) {
  switch (letter) {
  case 'O':
    return "it holds Python objects; convert it to numbers first";
  case 'S':
  case 'a':
  case 'U':
    return "it holds strings; pinion has arrays of numbers only";
  case 'M':
  case 'm':
    return "it holds dates or time spans; save it as int64 (x.view('i8'))";
  case 'V':
    return "it holds raw bytes or records; save it field by field";
  case 'f':
  case 'c':
  case 'i':
  case 'u':
  case 'b':
    return "it holds numbers of a size that pinion does not have; save it as another type (x.astype(...))";
  default:
    return "its element type is not known";
  }
}

// "=" stands for the order of the machine that wrote the file, which nobody knows any more: taken as ours, as
// NumPy does.
void take_element_type(npy_header& header, python_literal& literal) {
  if (literal.next_is('['))
    literal.fail("it holds records; save it field by field");
  auto descr = literal.string();
  auto letters = descr;
  char mark = native_mark;
  if (!letters.empty() && std::string_view("<>=|").find(letters[0]) != std::string_view::npos) {
    mark = letters[0] == '=' ? native_mark : letters[0];
    letters.remove_prefix(1);
  }
  auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const kind& known) { return known.letters == letters; });
  if (found == kinds.end())
    literal.fail("its element type " + quoted(descr) +
                 " is not supported: " + why_not(letters.empty() ? ' ' : letters[0]));
  header.type = found->type;
  // "|" stands for "does not matter", which is true of single bytes only.
  if (mark == '|' && item_size(found->type) > 1)
    literal.fail("its element type " + quoted(descr) + " does not say the order of bytes");
  header.swapped = item_size(found->type) > 1 && mark != native_mark;
}

void take_shape(npy_header& header, python_literal& literal) {
  for (auto extent : literal.numbers()) {
    if (extent < 0)
      literal.fail("its shape has the negative extent " + std::to_string(extent));
    if (header.shape.size() == max_rank)
      literal.fail("it has more than " + std::to_string(max_rank) + " axes; reshape it first");
    header.shape.push_back(extent);
  }
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

} // namespace

npy_preamble parse_npy_preamble(std::string_view start, const std::string& file) {
  if (start.empty())
    refuse(file, "it is empty");
  if (start.substr(0, magic.size()) != magic.substr(0, start.size()))
    refuse(file, "it is not a .npy file (it does not begin with \\x93NUMPY)");
  if (start.size() < 10)
    refuse(file, "it is cut: it ends within its header");
  auto major = static_cast<unsigned char>(start[6]);
  auto minor = static_cast<unsigned char>(start[7]);
  if (major < 1 || major > 3 || minor != 0)
    refuse(file, "it has the .npy version " + std::to_string(major) + "." + std::to_string(minor) +
                     "; pinion reads 1.0, 2.0 and 3.0");
  auto length_size = major == 1 ? std::size_t{2} : std::size_t{4};
  npy_preamble preamble{8 + length_size, 0};
  if (start.size() < preamble.size)
    refuse(file, "it is cut: it ends within its header");
  preamble.dictionary = little_endian(start.substr(8, length_size));
  if (preamble.dictionary > npy_dictionary_max)
    refuse(file, "its header claims to have " + readable_size(preamble.dictionary) +
                     "; no array of numbers needs more than " + readable_size(npy_dictionary_max));
  return preamble;
}

npy_header parse_npy_dictionary(std::string_view text, const std::string& file) {
  python_literal literal(text, file);
  npy_header header;
  bool descr = false, lie = false, shape = false;
  auto once = [&](bool& seen, std::string_view key) {
    if (std::exchange(seen, true))
      literal.fail("its header has the key " + quoted(key) + " twice");
  };
  literal.expect('{');
  while (!literal.accept('}')) {
    auto key = literal.string();
    literal.expect(':');
    if (key == "descr") {
      once(descr, key);
      take_element_type(header, literal);
    } else if (key == "fortran_order") {
      once(lie, key);
      header.lie = literal.truth() ? order::fortran : order::c;
    } else if (key == "shape") {
      once(shape, key);
      take_shape(header, literal);
    } else {
      literal.fail("its header has the unknown key " + quoted(key));
    }
    if (!literal.accept(',') && !literal.next_is('}'))
      literal.unexpected("',' or '}'");
  }
  literal.end();
  if (!descr || !lie || !shape)
    literal.fail(std::string("its header lacks the key \"") +
                 (!descr ? "descr"
                  : !lie ? "fortran_order"
                         : "shape") +
                 '"');
  try {
    static_cast<void>(byte_count(header.shape, header.type));
  } catch (const shm_error& e) {
    literal.fail(std::string("its shape is not possible: ") + e.what());
  }
  return header;
}

std::string format_npy_header(const npy_header& header) {
  std::string text = "{'descr': '";
  text += item_size(header.type) == 1 ? '|' : native_mark;
  for (const auto& known : kinds)
    if (known.type == header.type)
      text += known.letters;
  text += "', 'fortran_order': ";
  text += header.lie == order::fortran ? "True" : "False";
  text += ", 'shape': (";
  for (std::size_t axis = 0; axis < header.shape.size(); ++axis) {
    text += axis == 0 ? "" : ", ";
    text += std::to_string(header.shape[axis]);
  }
  // A tuple of one needs its comma.
  text += header.shape.size() == 1 ? "," : "";
  text += "), }";
  constexpr std::size_t preamble = 10, boundary = 64;
  auto total = (preamble + text.size() + 1 + boundary - 1) / boundary * boundary;
  text.append(total - preamble - text.size() - 1, ' ');
  text += '\n';
  std::string start(magic);
  start += '\1';
  start += '\0';
  start += static_cast<char>(text.size() & 0xff);
  start += static_cast<char>(text.size() >> 8 & 0xff);
  return start + text;
}

} // namespace pinion
