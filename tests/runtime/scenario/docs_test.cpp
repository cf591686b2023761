#include <pinion/runtime/scenario/parse.hpp>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pinion::scenario;

namespace {

std::string page() {
  std::ifstream in(std::string(PINION_SOURCE_DIR) + "/docs/scenarios.md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The fenced examples, each with the line of the page where it begins.
std::vector<std::pair<int, std::string>> examples(const std::string& text) {
  std::vector<std::pair<int, std::string>> out;
  std::istringstream in(text);
  bool is_inside = false;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!is_inside && line == "```toml") {
      is_inside = true;
      out.emplace_back(number, "");
    } else if (is_inside && line == "```") {
      is_inside = false;
    } else if (is_inside) {
      out.back().second += line + "\n";
    }
  }
  return out;
}

} // namespace

TEST_CASE("scenario docs: every example of the page is a scenario that can be read") {
  const auto found = examples(page());
  CHECK(found.size() >= 7);
  for (const auto& [line, text] : found) {
    CAPTURE(line);
    CHECK_NOTHROW(parse(text, "docs/scenarios.md", {}));
  }
}

TEST_CASE("scenario docs: the page names all that steps measure") {
  const auto text = page();
  step which;
  which.name = "x";
  std::set<std::string> names;
  burst_step burst;
  burst.probe = probe_spec{};
  const std::vector<decltype(which.what)> kinds{burst, crash_step{}, fault_step{}, spread_step{}};
  for (const auto& kind : kinds) {
    which.what = kind;
    for (const auto& name : names_measured_by(which))
      names.insert(name.substr(name.rfind('.') + 1));
  }
  for (const auto& name : names) {
    CAPTURE(name);
    CHECK(text.find(name) != std::string::npos);
  }
}
