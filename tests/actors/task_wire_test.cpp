#include <doctest/doctest.h>

#include <memory>
#include <random>

#include <pinion/actors/task_wire.hpp>
#include <pinion/actors/wire.hpp>

#include <support/seed.hpp>

using namespace pinion;

namespace {

task_ptr some_task(std::uint64_t id, std::string arguments) {
  auto result = std::make_shared<task>();
  result->id = id;
  result->kernel = static_cast<std::uint32_t>(id % 7);
  result->arguments = std::move(arguments);
  return result;
}

} // namespace

TEST_CASE("a batch of tasks arrives as it was sent, without a deadline too") {
  const std::vector<task_ptr> sent{some_task(1, pack_values(1.5, "x")), some_task(2, pack_values())};
  const auto bytes = pack_run(sent);
  const auto got = unpack_run(bytes);
  REQUIRE(got.size() == 2);
  CHECK(got[0].id == 1);
  CHECK(got[0].kernel == 1);
  CHECK(from_ns(got[0].deadline_ns) == never);
  CHECK(unpack_arguments(got[0].arguments).size() == 2);
  CHECK(got[1].arguments == sent[1]->arguments);
}

TEST_CASE("a batch of replies arrives as it was sent, and becomes outcomes") {
  done_item good;
  good.id = 9;
  good.started_ns = 5;
  good.finished_ns = 8;
  good.cpu_ns = 2;
  good.payload = pack_result(argument(2.5));
  done_item bad;
  bad.id = 10;
  bad.code = static_cast<std::uint32_t>(actor_errc::kernel_failed);
  bad.payload = pack_failure({actor_errc::kernel_failed, "fail: oh no", {}, "std::runtime_error", {"int"}});
  const auto got = unpack_done(pack_done(3, 77, 4, std::vector{good, bad}));
  CHECK(got.slot == 3);
  CHECK(got.incarnation == 77);
  CHECK(got.emitted == 4);
  REQUIRE(got.items.size() == 2);
  const auto first = outcome_of(got.items[0], 3);
  REQUIRE(first.ok());
  CHECK(std::get<double>(std::get<argument>(first.result)) == 2.5);
  const auto second = outcome_of(got.items[1], 3);
  REQUIRE_FALSE(second.ok());
  CHECK(std::get<failure>(second.result) ==
        failure{actor_errc::kernel_failed, "fail: oh no", {}, "std::runtime_error", {"int"}});
}

TEST_CASE("a reply with a number that is no error and a payload that is no result become failures") {
  done_item odd;
  odd.code = 4711;
  odd.payload = pack_failure({actor_errc::internal, "odd"});
  CHECK(std::get<failure>(outcome_of(odd, 0).result) == failure{actor_errc::internal, "odd"});
  odd.payload = "?";
  CHECK(std::get<failure>(outcome_of(odd, 0).result).code == actor_errc::malformed);
  done_item broken;
  broken.payload = "\x63";
  CHECK_FALSE(outcome_of(broken, 0).ok());
}

TEST_CASE("cut and changed batches are refused or read, and never more") {
  const auto seed = pinion::test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::vector<task_ptr> sent{some_task(1, pack_values(1.5, "some text")),
                                   some_task(2, pack_values(true))};
  const auto run = pack_run(sent);
  done_item item;
  item.payload = "payload";
  const auto done = pack_done(1, 2, 0, std::vector{item, item});
  const auto try_both = [](const std::string& bytes) {
    try {
      for (const auto& each : unpack_run(bytes))
        CHECK(each.arguments.size() <= bytes.size());
    } catch (const task_error&) {
    }
    try {
      for (const auto& each : unpack_done(bytes).items)
        CHECK(each.payload.size() <= bytes.size());
    } catch (const task_error&) {
    }
  };
  for (const auto* original : {&run, &done}) {
    for (std::size_t cut = 0; cut < original->size(); ++cut) {
      try_both(original->substr(0, cut));
      for (const int value : {0, 1, 0x7f, 0x80, 0xff}) {
        auto changed = *original;
        changed[cut] = static_cast<char>(value);
        try_both(changed);
      }
    }
    for (int i = 0; i < 2000; ++i) {
      auto changed = *original;
      changed[random() % changed.size()] = static_cast<char>(random());
      changed[random() % changed.size()] = static_cast<char>(random());
      try_both(changed);
    }
  }
  CHECK_THROWS_AS(unpack_run(run.substr(0, run.size() - 1)), task_error);
  CHECK_THROWS_AS(unpack_run(run + "x"), task_error);
}
