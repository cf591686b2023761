#include <pinion/shm/array_ref.hpp>

namespace pinion {

std::string describe(dtype type, const extents& shape) {
  std::string text(name_of(type));
  text += '[';
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += axis == 0 ? "" : ",";
    text += std::to_string(shape[axis]);
  }
  return text + ']';
}

std::string to_string(const array_ref& ref) {
  // The name may be anything that another process sent: keep the message short and printable.
  constexpr std::size_t longest = 80;
  std::string name = ref.segment.substr(0, longest);
  for (auto& c : name)
    if (c < ' ' || c > '~')
      c = '?';
  if (ref.segment.size() > longest)
    name += "...";
  return describe(ref.type, ref.lay.shape) + " at " + name + "+" + std::to_string(ref.offset);
}

} // namespace pinion
