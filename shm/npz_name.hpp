#pragma once

#include <string>
#include <string_view>

namespace pinion {

/// Why no array in a .npz file may have this name, in the middle of a sentence ("is empty"); nothing for a
/// name that may be. pinion never makes a file of a member, but others do: so no way out of a folder, and
/// nothing that a terminal obeys.
std::string fault_of_npz_name(std::string_view name);

} // namespace pinion
