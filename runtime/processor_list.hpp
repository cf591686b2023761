// Sets of processors as the kernel and taskset write them: "0,2-3".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinion {

/// The highest processor number taken; above any machine, and low enough that "0-4000000000" is refused.
inline constexpr int highest_processor = 16383;

/// Processor numbers, sorted and each once, from numbers and ranges with commas between. The empty text is
/// the empty set; nothing for everything that is not a list.
std::optional<std::vector<int>> parse_processors(std::string_view text);

/// The shortest such list for a sorted set: {0,2,3} gives "0,2-3".
std::string processors_text(const std::vector<int>& processors);

} // namespace pinion
