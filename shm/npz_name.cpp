#include <pinion/shm/npz_name.hpp>

#include <algorithm>

namespace pinion {

namespace {

// A name's length is 16 bits in the archive; ".npy" follows.
constexpr std::size_t longest = 65535 - 4;

bool leads_outside(std::string_view name) {
  const auto is_slash = [](char c) { return c == '/' || c == '\\'; };
  if (is_slash(name.front()))
    return true;
  for (auto begin = name.begin(); begin != name.end();) {
    const auto end = std::find_if(begin, name.end(), is_slash);
    if (std::string_view(begin, end) == "..")
      return true;
    begin = end == name.end() ? end : end + 1;
  }
  return false;
}

} // namespace

std::string fault_of_npz_name(std::string_view name) {
  if (name.empty())
    return "is empty";
  if (name.size() > longest)
    return "is longer than " + std::to_string(longest) + " bytes";
  if (std::any_of(name.begin(), name.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return "has control characters";
  if (leads_outside(name))
    return "leads out of the archive";
  return {};
}

} // namespace pinion
