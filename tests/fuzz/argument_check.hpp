#pragma once

#include <string_view>
#include <variant>

#include <pinion/actors/argument.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/mapper.hpp>

#include "require.hpp"

namespace pinion::fuzz {

/// What holds of every argument that came over a wire: it can be shown, and a reference in it has a type and
/// as many strides as axes, and is refused by a mapper in words (this process has made no segment).
inline void check_argument(const argument& x) {
  require_message(describe(x));
  const auto* ref = std::get_if<array_ref>(&x);
  if (ref == nullptr)
    return;
  require(valid(ref->type), "a reference has an element type");
  require(ref->lay.shape.size() == ref->lay.strides.size(), "a reference has a stride for each axis");
  require_message(to_string(*ref));
  static mapper maps;
  try {
    maps.open(*ref, access::read);
    require(false, "a reference that nobody made is refused", to_string(*ref));
  } catch (const shm_error& e) {
    require_message(e.what());
  }
}

} // namespace pinion::fuzz
