#pragma once

#include <cstdint>
#include <string>

#include <pinion/shm/dtype.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion {

/// What a .npz file says of one of its arrays. A plain value.
struct npz_member {
  /// As NumPy calls it: without the ".npy" of the archive's member.
  std::string name;
  dtype type{};
  extents shape;
  order lie = order::c;
  bool deflated = false;
  /// Why it cannot be loaded, in a sentence that names file and member, and then there is no type and no
  /// shape; empty for what can.
  std::string fault;
};

} // namespace pinion
