#include <pinion/actors/nearest.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/scenario/mark.hpp>

namespace pinion::scenario {

std::string to_string(const mark& where) {
  return where.line == 0 ? where.file : where.file + ":" + std::to_string(where.line);
}

void fail(const mark& where, const std::string& text) {
  raise(runtime_errc::scenario_error, to_string(where) + ": " + text);
}

void fail_unknown(const mark& where, const std::string& text, std::string_view word,
                  const std::vector<std::string_view>& known) {
  if (auto near = nearest_name(word, known))
    fail(where, text + "; nearest: '" + *near + "'");
  constexpr std::size_t most = 24; // an error is one line
  std::string list;
  for (std::size_t i = 0; i < known.size() && i < most; ++i)
    list.append(i == 0 ? "" : ", ").append(known[i]);
  if (known.size() > most)
    list += " and " + std::to_string(known.size() - most) + " more";
  fail(where, text + "; known: " + (list.empty() ? "none" : list));
}

} // namespace pinion::scenario
