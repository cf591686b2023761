#include <pinion/runtime/cli/file_argument.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <pinion/runtime/cli/element_text.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/suggestion.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/npy_map.hpp>
#include <pinion/shm/npz_file.hpp>

namespace pinion::cli {
namespace {

constexpr std::string_view npz = ".npz";
constexpr std::array<std::string_view, 3> options{"offset", "order", "bytes"};

// Where the `:TYPE[` of bare elements begins; npos for another spelling. A file may have colons and brackets
// in its name, a type has neither.
std::size_t find_type(std::string_view text) {
  const auto bracket = text.rfind('[');
  const auto colon = bracket == std::string_view::npos ? bracket : text.rfind(':', bracket);
  if (colon == std::string_view::npos || colon == 0)
    return std::string_view::npos;
  const auto name = text.substr(colon + 1, bracket - colon - 1);
  const bool word = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  return word ? colon : std::string_view::npos;
}

void take_option(raw_format& format, std::string_view text, std::string_view spelled) {
  const auto equals = std::min(text.find('='), text.size());
  const auto name = text.substr(0, equals);
  const auto value = text.substr(std::min(equals + 1, text.size()));
  if (name == "offset") {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), format.offset);
    if (error != std::errc{} || end != value.data() + value.size())
      refuse_argument(spelled, "offset must be a number of bytes, such as offset=16");
  } else if (name == "order" && (value == "C" || value == "F")) {
    format.lie = value == "F" ? order::fortran : order::c;
  } else if (name == "bytes" && (value == "little" || value == "big")) {
    format.bytes = value == "big" ? std::endian::big : std::endian::little;
  } else if (name == "order") {
    refuse_argument(spelled, "order must be C (the last axis runs fastest) or F (the first)");
  } else if (name == "bytes") {
    refuse_argument(spelled, "bytes must be little or big");
  } else {
    refuse_argument(spelled, "there is no option `" + std::string(name) + "`" + did_you_mean(name, options) +
                                 "; there are offset, order and bytes");
  }
}

// `rest` is all behind the colon before the type.
void take_raw(file_argument& into, std::string_view rest, std::string_view spelled) {
  const auto bracket = rest.find('[');
  const auto end = rest.find(']');
  into.what = file_argument::kind::raw;
  into.type = parse_element_type(rest.substr(0, bracket), spelled);
  if (end == std::string_view::npos)
    refuse_argument(spelled, "its shape does not end with ]");
  into.shape = parse_shape(rest.substr(bracket + 1, end - bracket - 1), ',', -1, spelled);
  rest.remove_prefix(end + 1);
  if (rest.empty())
    return;
  if (rest.front() != ':')
    refuse_argument(spelled, "behind the shape only options may stand, such as :offset=16,order=F,bytes=big");
  rest.remove_prefix(1);
  for (bool more = true; more;) {
    const auto comma = rest.find(',');
    take_option(into.format, rest.substr(0, comma), spelled);
    more = comma != std::string_view::npos;
    rest.remove_prefix(more ? comma + 1 : rest.size());
  }
}

} // namespace

file_argument parse_file_argument(std::string_view text) {
  file_argument result;
  if (text.starts_with(mapped_mark)) {
    result.what = file_argument::kind::mapped;
    result.path = text.substr(mapped_mark.size());
    if (result.path.empty())
      refuse_argument(text, "the path of a .npy file must follow; write str:" + std::string(text) +
                                " for a string");
    return result;
  }
  const auto rest = text.substr(1);
  if (rest.empty())
    refuse_argument(text, "the path of a file must follow, such as @x.npy");
  if (const auto colon = find_type(rest); colon != std::string_view::npos) {
    result.path = rest.substr(0, colon);
    take_raw(result, rest.substr(colon + 1), text);
    return result;
  }
  if (const auto colon = rest.rfind(':');
      colon != std::string_view::npos && dtype_named(rest.substr(colon + 1)))
    refuse_argument(text, "the shape must follow, such as " + std::string(rest.substr(colon + 1)) +
                              "[1000,3]; [-1] for as many as the file has");
  const auto end = rest.find(".npz:");
  if (end != std::string_view::npos || rest.ends_with(npz)) {
    result.what = file_argument::kind::npz;
    result.path = rest.substr(0, end == std::string_view::npos ? end : end + npz.size());
    result.name = end == std::string_view::npos ? "" : rest.substr(end + npz.size() + 1);
    if (end != std::string_view::npos && result.name.empty())
      refuse_argument(text, "the name of an array must follow the colon");
    return result;
  }
  result.path = rest;
  return result;
}

any_view load(store& into, const file_argument& from) {
  switch (from.what) {
  case file_argument::kind::npz: {
    npz_file file(from.path);
    return from.name.empty() ? file.load_only(into) : file.load(into, from.name);
  }
  case file_argument::kind::mapped:
    return map_npy(from.path);
  case file_argument::kind::raw:
    return load_raw(into, from.path, from.type, from.shape, from.format);
  case file_argument::kind::npy:
    break;
  }
  try {
    return load_npy(into, from.path);
  } catch (const shm_error& why) {
    if (why.reason() != shm_errc::bad_npy || from.path.extension() == ".npy")
      throw;
    raise(shm_errc::bad_npy, std::string(why.what()) +
                                 "; for bare elements say their type and shape, such as @" +
                                 from.path.string() + ":float64[-1]");
  }
}

} // namespace pinion::cli
