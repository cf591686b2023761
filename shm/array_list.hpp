#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <pinion/shm/stored_array.hpp>

namespace pinion {

/// Which of many arrays somebody wants to hear of.
struct array_query {
  struct place {
    std::uint64_t incarnation = 0; ///< of the segment
    std::uint64_t offset = 0;
  };
  /// At most so many, the largest.
  std::size_t most = 100;
  /// Only those in this segment, or whose label holds this text; empty: any.
  std::string about;
  /// And those in which these places lie, where `about` says something. Known to the one who looks: this does
  /// not travel.
  std::vector<place> also = {};
};

/// The largest of many arrays, and how many more there are.
struct array_list {
  std::vector<stored_array> shown; ///< the largest first
  std::uint64_t more = 0;
  std::uint64_t more_bytes = 0;

  /// Another list's arrays as well, `most` in all at the most.
  void merge(array_list&& other, std::size_t most);
};

/// In a few words, for an error: "; most is held by A, B, C and 17 more"; empty where nothing is.
std::string most_held(const array_list& what, std::chrono::steady_clock::time_point now);

bool matches(const stored_array& what, const array_query& which);

/// The largest of some blocks, each a pointer to what has `const stored_array& stored()` and `stored_array
/// facts()`. Copies only those that are shown.
template <class Blocks>
array_list largest_of(const Blocks& blocks, const array_query& which) {
  using pointer = std::decay_t<decltype(*std::begin(blocks))>;
  std::vector<pointer> found;
  for (const auto& each : blocks)
    if (matches(each->stored(), which))
      found.push_back(each);
  const auto larger = [](const auto& x, const auto& y) { return x->stored().bytes > y->stored().bytes; };
  const auto shown = std::min(which.most, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(shown), found.end(), larger);
  array_list result;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (i >= shown) {
      ++result.more;
      result.more_bytes += found[i]->stored().bytes;
    } else if (auto facts = found[i]->facts(); facts.holders > 0) { // else it is on its way out
      result.shown.push_back(std::move(facts));
    }
  return result;
}

} // namespace pinion
