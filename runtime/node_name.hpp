// Names that nodes may have.
#pragma once

#include <string_view>

namespace pinion {

/// Letters, digits, '.', '_' and '-', at most 48 of them, the first a letter or a digit: a node's name is
/// also the name of a file, part of a socket address of at most 107 bytes, and a word on the command line.
bool valid_node_name(std::string_view name);

/// What valid_node_name asks for, to be put behind "expected ".
inline constexpr std::string_view node_name_rule =
    "1 to 48 letters, digits, dots, underscores and hyphens, the first a letter or a digit";

} // namespace pinion
