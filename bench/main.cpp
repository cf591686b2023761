// pinion_bench: what pinion takes, and what the bare system takes in the same run.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include <pinion/actors/nearest.hpp>
#include <pinion/runtime/worker_main.hpp>

#include "part.hpp"
#include "report.hpp"

namespace {

using namespace pinion::bench;

constexpr const char* examples = R"(Examples:
  pinion_bench                          everything, some four minutes
  pinion_bench roundtrip future         these two
  pinion_bench sum --json sum.json      also as JSON; times in seconds, memory in bytes

A figure is the median of what pinion took. The floor beside it is what the bare system took, measured in turn with it
in the same run; `at most` is the bar, as a multiple of the floor or as a value. Exit code 0 also when a figure is over
its bar; 1 when something could not be measured, 2 for wrong usage.)";

constexpr int failed = 1;
constexpr int usage = 2;

struct request {
  std::vector<std::string> names;
  std::string json;
  bool quick = false;
  bool list = false;
};

int complain(const std::string& text, int code) {
  std::cerr << "pinion_bench: " << text << "\n";
  return code;
}

std::vector<std::string> known_names() {
  std::vector<std::string> result;
  for (const auto& each : all_measurements())
    result.emplace_back(each.name);
  return result;
}

int list() {
  for (const auto& each : all_measurements())
    std::cout << each.name << std::string(12 - std::string_view(each.name).size(), ' ') << each.about << "\n";
  return 0;
}

// Others at work show in every figure, the floor's too.
void warn_of_load() {
  double load = 0;
  if (::getloadavg(&load, 1) == 1 && load > 1)
    std::cerr << "pinion_bench: the load average is " << load << "; figures of a busy machine mean little\n";
}

int run(const request& asked) {
  const auto known = known_names();
  for (const auto& name : asked.names)
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const auto nearest = pinion::nearest_name(name, known);
      return complain("no measurement '" + name + "'" +
                          (nearest ? "; did you mean '" + *nearest + "'? --list" : "; --list") +
                          " names them all",
                      usage);
    }
  std::ofstream json;
  if (!asked.json.empty()) {
    json.open(asked.json);
    if (!json)
      return complain("cannot write '" + asked.json + "'", failed);
  }
  if (!asked.quick)
    warn_of_load();
  const bool progress = ::isatty(STDERR_FILENO) != 0;
  report all;
  for (const auto& each : all_measurements()) {
    if (!asked.names.empty() &&
        std::find(asked.names.begin(), asked.names.end(), each.name) == asked.names.end())
      continue;
    if (progress)
      std::cerr << "\r\033[Kmeasuring " << each.name << " ..." << std::flush;
    all.add(each.name, measure(each, asked.quick));
    if (progress)
      std::cerr << "\r\033[K" << std::flush;
  }
  std::cout << all.text() << std::flush;
  if (json.is_open()) {
    json << all.json(asked.quick).dump(2) << "\n";
    json.flush();
    if (!json)
      return complain("cannot write '" + asked.json + "'", failed);
  }
  return std::cout ? 0 : failed;
}

int parse_and_run(int argc, char** argv) {
  request asked;
  CLI::App program("Measures pinion against the floor of the machine it runs on.", "pinion_bench");
  program.footer(examples);
  program.add_option("NAME", asked.names, "What to measure; all if none is named")->type_name("");
  program.add_option("--json", asked.json, "Write the figures to this file too")->type_name("FILE");
  program.add_flag("--quick", asked.quick, "Small sizes: shows that everything runs, measures nothing");
  program.add_flag("--list", asked.list, "Name the measurements");
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << program.help() << "\n";
    return 0;
  } catch (const CLI::ParseError& problem) {
    return complain(std::string(problem.what()) + "; see pinion_bench --help", usage);
  }
  return asked.list ? list() : run(asked);
}

} // namespace

int main(int argc, char** argv) {
  pinion::run_worker_if_asked();
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() == 1 && words[0] == "--first-result")
      return give_first_result();
    if (!words.empty() && words[0] == part_flag)
      return run_part({words.begin() + 1, words.end()});
    return parse_and_run(argc, argv);
  } catch (const std::exception& why) {
    return complain(why.what(), failed);
  }
}
