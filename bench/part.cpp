#include "part.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include <unistd.h>

#include "child.hpp"

namespace pinion::bench {

namespace {

// The longest part takes some forty seconds on a quiet machine; one that hangs is ended by SIGALRM.
constexpr unsigned most_seconds = 150;

} // namespace

std::vector<figure> measure(const measurement& what, bool quick) {
  std::vector<figure> result;
  for (std::size_t i = 0; i < what.parts.size(); ++i) {
    child part("/proc/self/exe", {part_flag, what.name, std::to_string(i), quick ? "quick" : "full"});
    const auto text = part.read_all();
    if (const auto why = part.wait(); !why.empty())
      throw std::runtime_error(std::string(what.name) + ": its process " + why);
    for (const auto& each : nlohmann::ordered_json::parse(text))
      result.push_back(figure_from(each));
  }
  return result;
}

int run_part(const std::vector<std::string>& words) {
  if (words.size() != 3)
    return 2;
  ::alarm(most_seconds);
  const auto all = all_measurements();
  const auto what =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return words[0] == each.name; });
  const auto which = static_cast<std::size_t>(words[1][0] - '0');
  if (what == all.end() || which >= what->parts.size())
    return 2;
  auto figures = nlohmann::ordered_json::array();
  for (const auto& each : what->parts[which](words[2] == "quick" ? effort::quick() : effort::full()))
    figures.push_back(to_json(each));
  const auto text = figures.dump();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0 ? 0 : 1;
}

} // namespace pinion::bench
