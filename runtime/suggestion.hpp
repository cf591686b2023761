// The end of an error message about a mistyped word.
#pragma once

#include <string>
#include <string_view>

#include <pinion/actors/nearest.hpp>

namespace pinion {

/// " (did you mean `x`?)" for the candidate that is spelled most like `word`, nothing when none comes close.
template <class Names>
std::string did_you_mean(std::string_view word, const Names& candidates) {
  const auto nearest = nearest_name(word, candidates);
  return nearest ? " (did you mean `" + *nearest + "`?)" : std::string{};
}

} // namespace pinion
