#include <pinion/runtime/node_name.hpp>

#include <algorithm>

namespace pinion {
namespace {

// Not std::isalnum: the locale of the program must not decide about file names.
constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

} // namespace

bool valid_node_name(std::string_view name) {
  return !name.empty() && name.size() <= 48 && is_word(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_word(c) || c == '.' || c == '_' || c == '-'; });
}

} // namespace pinion
