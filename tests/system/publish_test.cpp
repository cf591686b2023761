// Arrays by name, between processes that come, go and are killed.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <numeric>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/child.hpp>
#include <support/named_node.hpp>
#include <support/process.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
namespace fs = std::filesystem;

namespace {

constexpr const char* helper_variable = "PINION_TEST_PUBLISH";

config node_in(const fs::path& folder) {
  config result;
  result.workers = 1;
  result.runtime_dir = folder;
  return result;
}

array<double> ramp(node& where, std::int64_t size) {
  auto result = where.zeros<double>({size});
  std::iota(result.begin(), result.end(), 0.0);
  return result;
}

// What another program does: this one, started again with a role to play.
int play(const std::string& role, const fs::path& folder) {
  const auto say = [](const std::string& text) {
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  };
  if (role == "publish") {
    node mine(node_in(folder));
    mine.publish("prices", ramp(mine, 1000));
    say("published");
    ::pause();
  } else if (role == "attach") {
    const auto prices = attach<const double>("prices", folder);
    say("sum " + std::to_string(static_cast<long>(std::accumulate(prices.begin(), prices.end(), 0.0))));
    ::pause();
  } else if (role == "write") {
    const auto prices = attach<double>("prices", folder);
    prices(0) = 42;
    say("written");
  }
  return 0;
}

struct role {
  role(const std::string& name, const fs::path& folder)
      : process({"/proc/self/exe", "-tc=a program that plays a part for the tests of published arrays"},
                {std::string(helper_variable) + "=" + name + ":" + folder.string()}) {}
  bool says(const std::string& text) {
    return test::eventually([&] { return process.out().find(text) != std::string::npos; });
  }
  test::process process;
};

std::string refusal(const std::function<void()>& what) {
  try {
    what();
  } catch (const std::system_error& why) {
    return why.what();
  }
  return "it was granted";
}

double first_of(view<const double> x) { return x(0); }

// One that publishes an array, and one that has it attached.
struct two_nodes {
  test::nothing_left after;
  test::own_names names;
  mutable node owner{node_in(names.folder)};
  mutable node other{named(names.folder, "other")};
  array<double> mine = ramp(owner, 100);
  view<const double> there = (owner.publish("ramp", mine), other.attach<const double>("ramp"));

  static config named(const std::filesystem::path& folder, const std::string& name) {
    auto result = node_in(folder);
    result.name = name;
    return result;
  }
};

} // namespace

PINION_KERNELS(k) { k.add("publish_first_of", first_of); }

TEST_CASE("a program that plays a part for the tests of published arrays") {
  const char* order = std::getenv(helper_variable);
  if (order == nullptr)
    return;
  const std::string text(order);
  const auto colon = text.find(':');
  ::_exit(play(text.substr(0, colon), text.substr(colon + 1)));
}

TEST_CASE(
    "an array is attached to by name from another program, and its holders are counted by their processes") {
  const test::nothing_left after;
  const test::own_names names;
  node sut(node_in(names.folder));
  sut.publish("prices", ramp(sut, 1000));
  role first("attach", names.folder);
  role second("attach", names.folder);
  CHECK(first.says("sum 499500"));
  CHECK(second.says("sum 499500"));
  REQUIRE(test::eventually([&] { return sut.published()[0].holders.size() == 2; }));
  second.process.signal(SIGKILL);
  second.process.wait();
  REQUIRE(test::eventually([&] { return sut.published()[0].holders.size() == 1; }));
  CHECK(sut.published()[0].holders[0].pid == first.process.pid());
}

TEST_CASE("a withdrawn array lives until the last who attached has let go, and nobody new finds it") {
  const test::nothing_left after;
  const test::own_names names;
  node sut(node_in(names.folder));
  {
    auto big = sut.zeros<double>({4'000'000}); // a segment of its own
    big(0) = 499500;
    sut.publish("prices", big);
  }
  role holder("attach", names.folder);
  CHECK(holder.says("sum 499500"));
  CHECK(sut.withdraw("prices"));
  CHECK(!sut.withdraw("prices"));
  CHECK(refusal([&] {
          attach<const double>("prices", names.folder);
        }).find("no array is published as 'prices'") != std::string::npos);
  CHECK(sut.arrays().stats().blocks == 1);
  holder.process.signal(SIGKILL);
  CHECK(test::eventually([&] { return sut.arrays().stats().blocks == 0; }));
}

TEST_CASE(
    "when the publisher is killed, who attached keeps the elements, and the name is free for the next") {
  const test::nothing_left after;
  const test::own_names names;
  view<const double> kept;
  {
    role publisher("publish", names.folder);
    REQUIRE(publisher.says("published"));
    kept = attach<const double>("prices", names.folder);
    publisher.process.signal(SIGKILL);
    publisher.process.wait();
  }
  CHECK(kept(999) == 999.0);
  CHECK(list_arrays(names.folder).empty());
  node sut(node_in(names.folder)); // sweeps what the dead one left
  sut.publish("prices", ramp(sut, 10));
  CHECK(attach<const double>("prices", names.folder).size() == 10);
  CHECK(kept(500) == 500.0);
}

TEST_CASE("an array of another node is a task's argument like any other") {
  const two_nodes both;
  CHECK(both.other.submit<double>("publish_first_of", both.there.slice(0, 7, 9)).get() == 7.0);
}

TEST_CASE("an attached array cannot be published again: its publisher would not know who has it") {
  const two_nodes both;
  CHECK_THROWS_WITH(both.other.publish("again", both.there.slice(0, 7, 9)),
                    doctest::Contains("publish it where it was made"));
  CHECK_THROWS_WITH(both.owner.publish("a/b", both.mine), doctest::Contains("'a/b' is no name for an array"));
  CHECK(both.other.published().empty());
}

TEST_CASE("writing is for arrays that were published for it") {
  const test::nothing_left after;
  const test::own_names names;
  node sut(node_in(names.folder));
  const auto mine = ramp(sut, 100);
  sut.publish("ramp", mine);
  CHECK(refusal([&] { attach<double>("ramp", names.folder); }).find("published for reading only") !=
        std::string::npos);
  sut.publish("prices", mine, pinion::access::write);
  role writer("write", names.folder);
  CHECK(writer.says("written"));
  CHECK(mine(0) == 42.0);
  const auto read_only = attach<const double>("ramp", names.folder);
  CHECK(refusal([&] { sut.publish("again", read_only, pinion::access::write); }).find("may only read") !=
        std::string::npos);
}

TEST_CASE("what cannot be published or attached to is refused with a sentence that says why") {
  const test::nothing_left after;
  const test::own_names names;
  node sut(node_in(names.folder));
  const auto mine = ramp(sut, 10);
  sut.publish("prices", mine);
  CHECK(refusal([&] {
          sut.publish("prices", mine);
        }).find("this node publishes an array as 'prices' already") != std::string::npos);
  CHECK(refusal([&] { sut.publish("../prices", mine); }).find("expected 1 to 48 letters") !=
        std::string::npos);
  CHECK(refusal([&] { attach<const double>("price", names.folder); }).find("did you mean `prices`?") !=
        std::string::npos);
  CHECK(refusal([&] {
          attach<const float>("prices", names.folder);
        }).find("the elements are float64, not float32") != std::string::npos);
  double here = 0;
  CHECK(refusal([&] { sut.publish("here", view<double>(&here, {})); }).find("does not lie in a segment") !=
        std::string::npos);
  auto other_settings = node_in(names.folder);
  other_settings.name = "other";
  node other(other_settings);
  CHECK(refusal([&] {
          other.publish("prices", ramp(other, 1));
        }).find("another process of yours publishes") != std::string::npos);
}
