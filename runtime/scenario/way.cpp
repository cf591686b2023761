#include <pinion/runtime/scenario/way.hpp>

namespace pinion::scenario {

std::string_view name_of(way value) noexcept {
  switch (value) {
  case way::inlined:
    return "inline";
  case way::threads:
    return "threads";
  case way::wait:
    return "wait";
  case way::awaited:
    return "await";
  }
  return "?";
}

std::optional<way> way_named(std::string_view name) noexcept {
  for (way value : {way::inlined, way::threads, way::wait, way::awaited}) {
    if (name_of(value) == name)
      return value;
  }
  return std::nullopt;
}

} // namespace pinion::scenario
