#include <pinion/runtime/scenario/report.hpp>

#include <cmath>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <pinion/runtime/scenario/crash_outcome.hpp>
#include <pinion/runtime/scenario/parse.hpp>

using namespace pinion::scenario;

namespace {

script some() {
  return parse(
      "title = \"Two ways\"\n[set]\nmany = 4\n"
      "[[step]]\ndo = \"burst\"\nway = \"inline\"\nkernel = \"fib\"\ncount = \"$many\"\nprobe = true\n"
      "[[step]]\ndo = \"burst\"\nway = \"await\"\nkernel = \"fib\"\ncount = \"$many\"\nprobe = true\n"
      "[[step]]\ndo = \"crash\"\nway = \"await\"\nkernel = \"fib\"\ncount = 4\n"
      "[[expect]]\nthat = \"await.total_s < 1\"\nwhy = \"it must be quick\"\n"
      "[[expect]]\nthat = \"inline.total_s > await.total_s\"",
      "two.toml", {});
}

record some_record(const script& what) {
  record out;
  out.measured.set("inline.total_s", 4);
  out.measured.set("inline.speedup", 1);
  out.measured.set("await.total_s", 2.5);
  out.measured.set("await.speedup", 1.6);
  out.measured.set("await.probe.p50_ms", 0.2);
  out.measured.set("await.probe.p99_ms", std::nan(""));
  out.remarks["crash_await"] = "one worker: 3 of 4 answered, 1 told why not";
  for (const auto& one : what.expectations)
    out.verdicts.push_back(one.check(out.measured));
  return out;
}

} // namespace

TEST_CASE("scenario report: a row for each burst with its crash, and each expectation with its values") {
  const auto what = some();
  const auto text = report_text(what, some_record(what));
  CAPTURE(text);
  CHECK(text.starts_with("Two ways\n"));
  CHECK(text.find("await   2.50 s     1.60x     200 us") != std::string::npos);
  CHECK(text.find("one worker: 3 of 4 answered") != std::string::npos);
  CHECK(text.find(
            "  FAILED  await.total_s < 1   (await.total_s = 2.5)\n          it must be quick [two.toml:") !=
        std::string::npos);
  CHECK(text.find("  ok      inline.total_s > await.total_s") != std::string::npos);
}

TEST_CASE("scenario report: JSON has every measured name, and null for what is no number") {
  const auto what = some();
  const auto notes = some_record(what);
  const auto json = nlohmann::json::parse(report_json(what, notes));
  CHECK(json["measured"]["await.total_s"] == 2.5);
  CHECK(json["measured"]["inline.total_s"] == 4);
  CHECK(json["measured"]["await.probe.p99_ms"].is_null());
  CHECK(json["set"]["many"] == 4);
  CHECK(json["expect"][0]["holds"] == false);
  CHECK(json["expect"][0]["left"] == 2.5);
  CHECK(json["holds"] == false);
  CHECK(json["remarks"]["crash_await"] == "one worker: 3 of 4 answered, 1 told why not");
}

TEST_CASE("scenario report: a crash is told in one sentence") {
  crash_outcome what;
  what.results = 5;
  what.node_died = true;
  what.signal = 11;
  CHECK(told_of(what, 20) == "the whole process (SIGSEGV): 15 of 20 lost");
  what = {};
  what.results = 19;
  what.errors = 1;
  what.restarts = 1;
  CHECK(told_of(what, 20) == "one worker: 19 of 20 answered, 1 told why not");
  what.results = 16;
  what.hung = true;
  CHECK(told_of(what, 20) == "one worker: 16 of 20 answered, 1 told why not, 3 never answered");
}
