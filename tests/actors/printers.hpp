#pragma once

#include <ostream>
#include <string>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/error.hpp>

/// How a failed check shows our types.
namespace pinion {

inline std::ostream& operator<<(std::ostream& out, actor_errc code) {
  return out << std::string(name_of(code));
}
inline std::ostream& operator<<(std::ostream& out, const failure& x) {
  return out << x.code << ": " << x.text;
}

} // namespace pinion

namespace doctest {

template <>
struct StringMaker<pinion::argument> {
  static String convert(const pinion::argument& x) { return pinion::describe(x).c_str(); }
};

} // namespace doctest
