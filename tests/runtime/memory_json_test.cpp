#include <pinion/runtime/memory_json.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace pinion;
using namespace std::chrono_literals;

namespace {

const auto now = std::chrono::steady_clock::time_point{1000s};

stored_array at(std::uint64_t offset, std::int64_t elements, const std::string& label = "") {
  stored_array result;
  result.segment = "/s";
  result.incarnation = 7;
  result.offset = offset;
  result.bytes = static_cast<std::uint64_t>(elements) * 8;
  result.type = dtype::float64;
  result.shape = {elements};
  result.label = label;
  result.holders = 2;
  result.since = now - 1500ms;
  return result;
}

task_claim claim_of(std::uint64_t task, std::uint64_t offset, std::int64_t elements, pinion::access right) {
  task_claim result;
  result.task = task;
  result.kernel = "dot";
  result.now = task_claim::state::runs;
  result.slot = 1;
  result.right = right;
  result.what = {7, offset, 8, c_order({elements})};
  return result;
}

memory_facts facts() {
  memory_facts result;
  result.node = "lab";
  result.pid = 9;
  result.now = now;
  return result;
}

nlohmann::json told(const memory_facts& what) { return nlohmann::json::parse(memory_json(what)); }

} // namespace

TEST_CASE("an array is told of with its place, type, label, age and handles") {
  auto what = facts();
  what.arrays.shown = {at(4096, 10, "a.npy")};
  what.results.shown = {at(8192, 5, "result of dot")};
  what.arrays.more = 3;
  what.results.more = 4;
  what.arrays.more_bytes = 100;
  const auto all = told(what);
  CHECK(all["node"] == "lab");
  CHECK(all["pid"] == 9);
  CHECK(all["more_arrays"] == 7);
  CHECK(all["more_bytes"] == 100);
  REQUIRE(all["arrays"].size() == 2);
  const auto& first = all["arrays"][0];
  CHECK(first["segment"] == "/s");
  CHECK(first["offset"] == 4096);
  CHECK(first["bytes"] == 80);
  CHECK(first["kind"] == "array");
  CHECK(first["type"] == "float64");
  CHECK(first["shape"] == nlohmann::json::array({10}));
  CHECK(first["label"] == "a.npy");
  CHECK(first["age_s"] == 1.5);
  CHECK(first["handles"] == 2);
  CHECK(all["arrays"][1]["kind"] == "result");
}

TEST_CASE("a task is told of with each array that has an element of its claim, and with no other") {
  auto what = facts();
  what.arrays.shown = {at(4096, 10), at(4224, 10)};
  what.claims = {claim_of(1, 4096 + 72, 1, pinion::access::read),
                 claim_of(2, 4224, 10, pinion::access::write)};
  auto backwards = claim_of(3, 4224 + 72, 10, pinion::access::read);
  backwards.what.lay.strides = {-1};
  what.claims.push_back(backwards);
  auto elsewhere = claim_of(4, 4096, 10, pinion::access::read);
  elsewhere.what.segment = 8;
  what.claims.push_back(elsewhere);
  const auto all = told(what);
  const auto& first = all["arrays"][0]["tasks"];
  REQUIRE(first.size() == 1);
  CHECK(first[0]["task"] == 1);
  CHECK(first[0]["kernel"] == "dot");
  CHECK(first[0]["right"] == "read");
  CHECK(first[0]["state"] == "runs");
  CHECK(first[0]["worker"] == 1);
  const auto& second = all["arrays"][1]["tasks"];
  REQUIRE(second.size() == 2);
  CHECK(second[0]["right"] == "write");
  CHECK(second[1]["task"] == 3);
}

TEST_CASE("a publication is told of with its array, and with who has it attached") {
  auto what = facts();
  what.arrays.shown = {at(4096, 10), at(4224, 10)};
  published_array prices;
  prices.name = "prices";
  prices.what = {"/s", 7, 4224 + 8, dtype::float64, c_order({3})};
  prices.right = pinion::access::write;
  prices.withdrawn = true;
  prices.holders = {{12, now - 2s}};
  what.published = {prices};
  const auto all = told(what);
  CHECK(all["arrays"][0]["published"].empty());
  const auto& publications = all["arrays"][1]["published"];
  REQUIRE(publications.size() == 1);
  CHECK(publications[0]["name"] == "prices");
  CHECK(publications[0]["writable"] == true);
  CHECK(publications[0]["withdrawn"] == true);
  CHECK(publications[0]["attached"][0]["pid"] == 12);
  CHECK(publications[0]["attached"][0]["age_s"] == 2.0);
}

TEST_CASE("a label that is no text is told of all the same") {
  auto what = facts();
  what.arrays.shown = {at(4096, 10, "\xff\xfe")};
  CHECK(told(what)["arrays"].size() == 1);
}
