#include <pinion/runtime/memory_placement.hpp>

#include <array>

#include <pinion/runtime/processor_list.hpp>
#include <pinion/runtime/suggestion.hpp>

namespace pinion {
namespace {

using way = memory_placement::way;

struct word {
  std::string_view text;
  way how;
};

constexpr std::array words{word{"first-touch", way::first_touch}, word{"interleave", way::interleave},
                           word{"bind", way::bind}};

std::optional<way> way_called(std::string_view text) {
  for (const auto& each : words)
    if (each.text == text)
      return each.how;
  return std::nullopt;
}

std::string_view word_of(way how) {
  for (const auto& each : words)
    if (each.how == how)
      return each.text;
  return {};
}

// What stands before the colon, and what behind it where there is one.
struct halves {
  explicit halves(std::string_view text) : head(text.substr(0, text.find(':'))) {
    if (head.size() < text.size())
      tail = text.substr(head.size() + 1);
  }
  std::string_view head;
  std::optional<std::string_view> tail;
};

} // namespace

std::optional<memory_placement> parse_memory_placement(std::string_view text) {
  const halves parts(text);
  const auto how = way_called(parts.head);
  if (!how)
    return std::nullopt;
  if (!parts.tail)
    // Bound to all nodes would be bound to none in particular: most likely the list was forgotten.
    return *how == way::bind ? std::nullopt : std::optional{memory_placement{*how, {}}};
  // NUMA nodes are listed as processors are.
  auto nodes = parse_processors(*parts.tail);
  if (!nodes || nodes->empty() || *how == way::first_touch)
    return std::nullopt;
  return memory_placement{*how, std::move(*nodes)};
}

placement_advice advise_placement(std::string_view text) {
  const halves parts(text);
  const auto how = way_called(parts.head);
  if (how == way::first_touch)
    return {"first-touch without nodes", {}};
  if (how)
    return {std::string(word_of(*how)) + ":NODES with NUMA nodes such as 0,2-3", {}};
  std::array<std::string_view, words.size()> known;
  for (std::size_t i = 0; i < words.size(); ++i)
    known[i] = words[i].text;
  return {"first-touch, interleave, interleave:NODES or bind:NODES with NUMA nodes such as 0,2-3",
          did_you_mean(parts.head, known)};
}

std::string placement_text(const memory_placement& what) {
  std::string text(word_of(what.how));
  if (what.how != way::first_touch && !what.nodes.empty())
    text += ":" + processors_text(what.nodes);
  return text;
}

} // namespace pinion
