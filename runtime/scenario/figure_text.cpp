#include <array>
#include <cmath>
#include <cstdio>

#include <pinion/runtime/scenario/figure_text.hpp>

namespace pinion::scenario {
namespace {

std::string with_decimals(double value, int decimals) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  return buffer.data();
}

// Three figures for values from 1 to 999.
std::string three_figures(double value) {
  const double size = std::abs(value);
  return with_decimals(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

} // namespace

std::string figure_text(double value) {
  if (std::isfinite(value) && value == std::floor(value) && std::abs(value) < 1e15)
    return with_decimals(value, 0);
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.4g", value);
  return buffer.data();
}

std::string seconds_text(double seconds) {
  if (!std::isfinite(seconds))
    return "-";
  if (std::abs(seconds) < 0.9995e-3)
    return three_figures(seconds * 1e6) + " us";
  if (std::abs(seconds) < 0.9995)
    return three_figures(seconds * 1e3) + " ms";
  return three_figures(seconds) + " s";
}

std::string factor_text(double factor) {
  return std::isfinite(factor) ? with_decimals(factor, 2) + "x" : "-";
}

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (std::abs(bytes) >= 1023.5 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return (unit == 0 ? with_decimals(bytes, 0) : three_figures(bytes)) + " " + units[unit];
}

} // namespace pinion::scenario
