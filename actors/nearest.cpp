#include <pinion/actors/nearest.hpp>

#include <algorithm>

namespace pinion {
namespace {

// Words beyond this are data, not typing errors; it also bounds the work on what a stranger sent.
constexpr std::size_t longest_word = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view name, std::string_view word) {
  return name.size() > word.size() && std::ranges::equal(name.substr(0, word.size()), word, {}, lower, lower);
}

} // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  // Three rows of the usual table: a swap of neighbours looks two rows back.
  std::vector<std::size_t> before(right.size() + 1), last(right.size() + 1), row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const char a = lower(left[i - 1]);
      const char b = lower(right[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a == b ? 0U : 1U)});
      if (i > 1 && j > 1 && a == lower(right[j - 2]) && b == lower(left[i - 2]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[right.size()];
}

std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string_view>& candidates) {
  if (word.empty() || word.size() > longest_word)
    return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = 0;
  for (auto candidate : candidates) {
    if (candidate.empty() || candidate.size() > longest_word)
      continue;
    const auto allowed = std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3);
    auto distance = edit_distance(word, candidate);
    if (distance >= std::max(word.size(), candidate.size()))
      continue; // nothing in common
    if (distance > allowed && word.size() >= 3 && begins_with(candidate, word))
      distance = allowed;
    if (distance <= allowed && (!best || distance < best_distance)) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (!best)
    return std::nullopt;
  return std::string(*best);
}

} // namespace pinion
