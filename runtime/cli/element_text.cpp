#include <pinion/runtime/cli/element_text.hpp>

#include <array>
#include <charconv>
#include <string>

#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/suggestion.hpp>

namespace pinion::cli {
namespace {

constexpr std::array<std::string_view, 13> type_names{
    "bool",   "int8",   "int16",   "int32",   "int64",     "uint8",     "uint16",
    "uint32", "uint64", "float32", "float64", "complex64", "complex128"};

} // namespace

void refuse_argument(std::string_view spelled, const std::string& why) {
  throw usage_error("argument `" + std::string(spelled) + "`: " + why);
}

dtype parse_element_type(std::string_view name, std::string_view spelled) {
  if (const auto type = dtype_named(name))
    return *type;
  refuse_argument(spelled,
                  "there is no element type `" + std::string(name) + "`" + did_you_mean(name, type_names));
}

extents parse_shape(std::string_view text, char between, std::int64_t least, std::string_view spelled) {
  extents shape;
  while (!text.empty()) {
    std::int64_t extent = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, extent);
    if (error == std::errc::result_out_of_range)
      refuse_argument(spelled, "its shape is too large");
    if (error != std::errc{} || extent < least || (stop != end && (*stop != between || stop + 1 == end)))
      refuse_argument(spelled, std::string("a shape is numbers with ") + between + " between, such as 2" +
                                   between + "3");
    if (shape.size() == max_rank)
      refuse_argument(spelled, "an array has at most " + std::to_string(max_rank) + " axes");
    shape.push_back(extent);
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + (stop == end ? 0 : 1));
  }
  return shape;
}

} // namespace pinion::cli
