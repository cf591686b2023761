#include <pinion/runtime/size_text.hpp>

#include <array>
#include <limits>
#include <utility>

#include <pinion/runtime/number_with_unit.hpp>

namespace pinion {
namespace {

constexpr std::size_t kibi = 1024;
constexpr std::array<std::pair<std::string_view, std::size_t>, 18> units{{
    {"", 1},
    {"B", 1},
    {"KiB", kibi},
    {"K", kibi},
    {"k", kibi},
    {"MiB", kibi* kibi},
    {"M", kibi* kibi},
    {"GiB", kibi* kibi* kibi},
    {"G", kibi* kibi* kibi},
    {"TiB", kibi* kibi* kibi* kibi},
    {"T", kibi* kibi* kibi* kibi},
    {"kB", 1000},
    {"KB", 1000},
    {"MB", 1000 * 1000},
    {"GB", 1000 * 1000 * 1000},
    {"TB", std::size_t{1000} * 1000 * 1000 * 1000},
    {"bytes", 1},
    {"byte", 1},
}};

} // namespace

std::optional<std::size_t> parse_size(std::string_view text) {
  return parse_number_with_unit<std::size_t>(text, units);
}

std::string size_text(std::size_t bytes) {
  constexpr std::array<std::string_view, 4> names{"KiB", "MiB", "GiB", "TiB"};
  std::string_view unit;
  for (std::string_view name : names) {
    if (bytes == 0 || bytes % kibi != 0)
      break;
    bytes /= kibi;
    unit = name;
  }
  return std::to_string(bytes).append(unit);
}

} // namespace pinion
