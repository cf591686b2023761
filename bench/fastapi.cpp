// 20 requests that compute, in the four ways of FastAPI and on pinion, by one client:
// bench/fastapi/compare.py.
#include <filesystem>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "child.hpp"
#include "fastapi_server.hpp"
#include "measurement.hpp"

namespace pinion::bench {

namespace {

const std::string picture = PINION_BENCH_DIR "/four_ways_http.svg";

std::string program() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "pinion").string();
}

nlohmann::json play(const effort& how, const std::vector<std::string>& more) {
  std::vector<std::string> words{"-B", fastapi_folder() + "/compare.py", program(), "--json"};
  if (how.repeats > 1)
    words.insert(words.end(), {"--repeats", std::to_string(how.repeats), "--svg", picture});
  else
    words.emplace_back("--quick");
  words.insert(words.end(), more.begin(), more.end());
  child client(debian_python, words);
  const auto said = client.read_all();
  if (const auto end = client.wait(); !end.empty())
    throw std::runtime_error("fastapi: compare.py " + end);
  return nlohmann::json::parse(said);
}

figure total(const nlohmann::json& way, double processors, bool ours) {
  samples floor;
  samples times;
  for (const double each : way.at("processor_s"))
    floor.add(each / processors);
  for (const double each : way.at("total_s"))
    times.add(each);
  auto result = compare(way.at("title").get<std::string>() + ", total time", floor, times);
  if (ours)
    result.limit_times = 1.05;
  result.means = std::string(ours ? "" : "For comparison. ") +
                 "The floor is the processor time of all requests, divided by the processors; fib(" +
                 std::to_string(way.at("n").get<int>()) + ").";
  return result;
}

figure slow_ping(const nlohmann::json& way) {
  figure result;
  result.of = way.at("title").get<std::string>() + ", ping p99";
  result.floor = way.at("idle").at("p99_s");
  result.ours = result.low = result.high = way.at("busy").at("p99_s");
  result.means = "A ping every 20 ms meanwhile, from when it was planned; the floor is the same before. The "
                 "longest time "
                 "without an answer was " +
                 std::to_string(static_cast<int>(way.at("longest_gap_s").get<double>() * 1000)) + " ms.";
  return result;
}

} // namespace

std::vector<figure> fastapi_ways(const effort& how) {
  if (const auto why = why_no(debian_python); !why.empty())
    return {skip("20 requests", why)};
  const auto missing = why_no_fastapi();
  const auto all =
      play(how, missing.empty() ? std::vector<std::string>{} : std::vector<std::string>{"--ways", "pinion"});
  std::vector<figure> result;
  if (!missing.empty())
    result.push_back(skip("FastAPI's four ways", missing));
  for (const auto& each : all.at("ways")) {
    result.push_back(total(each, all.at("processors"), each.at("way") == "pinion"));
    result.push_back(slow_ping(each));
  }
  return result;
}

} // namespace pinion::bench
