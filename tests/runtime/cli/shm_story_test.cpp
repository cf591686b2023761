#include <pinion/runtime/cli/shm_story.hpp>

#include <algorithm>
#include <doctest/doctest.h>

using namespace pinion::cli;
using json = nlohmann::ordered_json;

namespace {

const std::string name = "/pinion-1000-0f4c9d2e-4711-123456-1";

json segment(const std::string& state, json arrays = nullptr) {
  return {{"name", name},
          {"kind", "named"},
          {"state", state},
          {"size", 1 << 20},
          {"taken", 4096},
          {"age_s", 130.0},
          {"owner", {{"pid", 4711}, {"program", "pinion node"}}},
          {"node", "lab"},
          {"users", json::array({{{"pid", 12}, {"program", "x"}, {"bytes", 4096}}})},
          {"arrays", std::move(arrays)}};
}

json array(const std::string& label) {
  return {{"segment", name},
          {"offset", 4096},
          {"bytes", 8000},
          {"kind", "array"},
          {"type", "float64"},
          {"shape", {1000}},
          {"label", label},
          {"age_s", 5.0},
          {"handles", 2},
          {"tasks", json::array()},
          {"published", json::array()}};
}

json all_of(json one, bool answers = true) {
  return {{"segments", json::array({std::move(one)})},
          {"unnamed", json::array()},
          {"nodes", json::array({{{"node", "lab"},
                                  {"pid", 4711},
                                  {"answers", answers},
                                  {"why", "it is stopped"},
                                  {"more_arrays", 0},
                                  {"more_bytes", 0}}})},
          {"others", {{"segments", 0}, {"taken", 0}}},
          {"intruders", json::array()}};
}

std::string told(const std::vector<story>& stories) {
  std::string text;
  for (const auto& tale : stories) {
    for (const auto& each : tale.sentences)
      text += each + "\n";
    for (const auto& each : tale.frees)
      text += "free: " + each + "\n";
  }
  return text;
}

bool contains(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

} // namespace

TEST_CASE("a segment is found by its name, its file's name and its path") {
  const auto all = all_of(segment("alive", json::array()));
  for (const auto& spelled : {name, name.substr(1), "/dev/shm" + name})
    CHECK(stories_of(all, spelled).size() == 1);
  CHECK(stories_of(all, name + "2").empty());
}

TEST_CASE("a living owner's segment is free when what lies in it is dropped, or when the node ends") {
  const auto text = told(stories_of(all_of(segment("alive", json::array({array("a.npy")}))), name));
  CHECK(contains(text, "1.00 MiB, of which 4.00 KiB are memory"));
  CHECK(contains(
      text, "Its owner is process 4711 (pinion node), lab, which lives; it made the segment 2 min ago."));
  CHECK(contains(text, "1 array lies in it:"));
  CHECK(contains(text, "float64[1000] (7.81 KiB, a.npy, 5 s old) is held by 2 handles."));
  CHECK(contains(text, "It is mapped by process 12 (x)."));
  CHECK(contains(text, "end the owner: `kill 4711`"));
  auto called = segment("alive", json::array({array("a.npy")}));
  called["owner"]["called_by_name"] = true;
  CHECK(contains(told(stories_of(all_of(called), name)), "end the owner: `pinion stop lab`"));
}

TEST_CASE("arrays of a segment that its node did not tell of are counted") {
  auto all = all_of(segment("alive", json::array({array("a.npy")})));
  all["nodes"][0]["more_arrays"] = 1500;
  // The node was asked about everything: its other arrays may lie anywhere.
  CHECK(contains(told(stories_of(all, name)), "1 array lies in it:"));
  CHECK(subject_of(all, "/dev/shm" + name) == name);
  CHECK(subject_of(all, "prices") == "prices");
  all["about"] = name;
  const auto text = told(stories_of(all, name));
  CHECK(contains(text, "1501 arrays lie in it:"));
  CHECK(contains(text, "... and 1500 smaller ones"));
  auto none = all_of(segment("alive", json::array()));
  none["nodes"][0]["more_arrays"] = 2;
  none["about"] = name;
  CHECK(!contains(told(stories_of(none, name)), "No array lies in it"));
}

TEST_CASE("a dead owner's segment is for the collector, one of another namespace is not") {
  const auto dead = told(stories_of(all_of(segment("dead")), name));
  CHECK(contains(dead, "is dead"));
  CHECK(contains(dead, "free: `pinion shm gc` removes it"));
  CHECK(contains(dead, "when the processes that have it mapped let go"));
  const auto elsewhere = told(stories_of(all_of(segment("elsewhere")), name));
  CHECK(contains(elsewhere, "whether it lives cannot be told from here"));
  CHECK(contains(elsewhere, "in the container of its owner"));
}

TEST_CASE("where nobody can be asked what lies in a segment, the reason is told") {
  CHECK(contains(told(stories_of(all_of(segment("alive"), false), name)), "it is stopped"));
  auto all = all_of(segment("alive"));
  all["nodes"] = json::array();
  CHECK(contains(told(stories_of(all, name)), "no node of that process answers in this runtime_dir"));
}

TEST_CASE("an array is found by its published name, by its label, or by a part of that, in this order") {
  auto published = array("published as prices");
  published["published"] =
      json::array({{{"name", "prices"},
                    {"writable", true},
                    {"withdrawn", false},
                    {"attached", json::array({{{"pid", 9}, {"age_s", 1.0}, {"program", "python3"}}})}}});
  published["tasks"] =
      json::array({{{"task", 3}, {"kernel", "dot"}, {"right", "write"}, {"state", "runs"}, {"worker", 1}},
                   {{"task", 4}, {"kernel", "sum"}, {"right", "read"}, {"state", "waits"}, {"worker", -1}}});
  const auto all = all_of(segment("alive", json::array({array("prices.npy"), array("prices"), published})));
  const auto by_name = stories_of(all, "prices");
  REQUIRE(by_name.size() == 1);
  CHECK(by_name[0].what == story::about::published);
  const auto text = told(by_name);
  CHECK(contains(
      text, "held by 2 handles, task 3 (dot) writes on worker 1, task 4 (sum) waits to read and process 9 "
            "(python3) attached."));
  CHECK(contains(text, "It is published as 'prices', to be written to."));
  CHECK(contains(text, "Withdraw its name, and drop all that holds it"));
  const auto by_label = stories_of(all, "prices.npy");
  REQUIRE(by_label.size() == 1);
  CHECK(by_label[0].what == story::about::label);
  CHECK(stories_of(all, "rices").size() == 3);
  CHECK(stories_of(all, "").empty());
}

TEST_CASE("every name that is known can be suggested") {
  const auto names = known_names(all_of(segment("alive", json::array({array("a.npy"), array("")}))));
  CHECK(names == std::vector<std::string>{name, "a.npy"});
}
