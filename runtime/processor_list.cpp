#include <pinion/runtime/processor_list.hpp>

#include <charconv>
#include <set>

namespace pinion {
namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > highest_processor)
    return std::nullopt;
  return value;
}

} // namespace

std::optional<std::vector<int>> parse_processors(std::string_view text) {
  std::set<int> found;
  if (text.empty())
    return std::vector<int>{};
  for (;;) {
    const auto comma = text.find(',');
    const auto item = text.substr(0, comma);
    const auto dash = item.find('-');
    const auto first = number(item.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(item.substr(dash + 1));
    if (!first || !last || *last < *first)
      return std::nullopt;
    for (int processor = *first; processor <= *last; ++processor)
      found.insert(processor);
    if (comma == std::string_view::npos)
      return std::vector<int>(found.begin(), found.end());
    text.remove_prefix(comma + 1);
  }
}

std::string processors_text(const std::vector<int>& processors) {
  std::string text;
  for (std::size_t i = 0; i < processors.size();) {
    std::size_t last = i;
    while (last + 1 < processors.size() && processors[last + 1] == processors[last] + 1)
      ++last;
    if (!text.empty())
      text += ',';
    text += std::to_string(processors[i]);
    if (last > i)
      text += (last == i + 1 ? ',' : '-') + std::to_string(processors[last]);
    i = last + 1;
  }
  return text;
}

} // namespace pinion
