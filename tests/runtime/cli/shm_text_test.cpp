#include <pinion/runtime/cli/shm_text.hpp>

#include <doctest/doctest.h>

using namespace pinion::cli;
using json = nlohmann::ordered_json;

namespace {

json segment(const std::string& number, const std::string& state, std::uint64_t size, std::uint64_t taken) {
  return {{"name", "/pinion-0-0f4c9d2e-4711-1-" + number},
          {"kind", "named"},
          {"state", state},
          {"size", size},
          {"taken", taken},
          {"age_s", 3.0},
          {"owner", {{"pid", 4711}, {"program", "x"}}},
          {"node", "lab"},
          {"users", json::array({{{"pid", 4711}, {"program", "x"}, {"bytes", size}}})},
          {"arrays", nullptr}};
}

json nothing() {
  return {{"segments", json::array()},
          {"unnamed", json::array()},
          {"nodes", json::array()},
          {"others", {{"segments", 0}, {"taken", 0}}},
          {"intruders", json::array()}};
}

} // namespace

TEST_CASE("segments and arrays stand in one table with aligned columns") {
  auto all = nothing();
  auto first = segment("1", "alive", 1 << 20, 1 << 20);
  first["arrays"] = json::array({{{"segment", first["name"]},
                                  {"offset", 4096},
                                  {"bytes", 80},
                                  {"kind", "array"},
                                  {"type", "float64"},
                                  {"shape", {2, 5}},
                                  {"label", "a.npy"},
                                  {"age_s", 200.0},
                                  {"handles", 1},
                                  {"tasks", json::array()},
                                  {"published", json::array()}}});
  all["segments"] = json::array({first, segment("22", "dead", 4096, 0)});
  all["nodes"] = json::array(
      {{{"node", "lab"}, {"pid", 4711}, {"answers", true}, {"more_arrays", 3}, {"more_bytes", 96}}});
  all["others"] = {{"segments", 2}, {"taken", 8192}};
  CHECK(segments_text(all) ==
        "segment or array                  size     taken  owner  node    age  state, or who holds it\n"
        "/pinion-0-0f4c9d2e-4711-1-1   1.00 MiB  1.00 MiB   4711  lab     3 s  alive, mapped by 1 process\n"
        "  float64[2,5] a.npy          80 bytes                         3 min  1 handle\n"
        "/pinion-0-0f4c9d2e-4711-1-22  4.00 KiB   0 bytes   4711  lab     3 s  dead owner, mapped by 1 "
        "process\n"
        "2 segments of yours, 1.00 MiB taken of 1.00 MiB given; 1 of dead owners (0 bytes): `pinion shm gc` "
        "removes it\n"
        "lab: 3 smaller arrays not shown, 96 bytes\n"
        "other users: 2 segments, 8.00 KiB\n");
}

TEST_CASE("where there is nothing, that is said") {
  CHECK(segments_text(nothing()) == "no segment of yours\n");
}

TEST_CASE("a segment without a name is shown with those who still have it mapped") {
  auto all = nothing();
  all["unnamed"] =
      json::array({{{"name", "/pinion-0-0f4c9d2e-4711-1-7"},
                    {"bytes", 4096},
                    {"users", json::array({{{"pid", 12}, {"program", "x"}, {"bytes", 4096}}})}}});
  CHECK(segments_text(all).find("removed, but still mapped by process 12 (x)") != std::string::npos);
}

TEST_CASE("ages are told in the unit that says most") {
  CHECK(age_text(-1) == "0 s");
  CHECK(age_text(119.9) == "119 s");
  CHECK(age_text(120) == "2 min");
  CHECK(age_text(7300) == "2 h");
  CHECK(age_text(200000) == "2 d");
}

TEST_CASE("words are listed as people do") {
  CHECK(listed({}).empty());
  CHECK(listed({"a"}) == "a");
  CHECK(listed({"a", "b", "c"}) == "a, b and c");
  CHECK(counted(1, "process", "processes") == "1 process");
  CHECK(counted(2, "process", "processes") == "2 processes");
}
