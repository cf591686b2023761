#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <pinion/actors/compute_engine.hpp>
#include <pinion/actors/reply_journal.hpp>
#include <pinion/actors/wire.hpp>

using namespace pinion;

namespace {

struct bench {
  bench() {
    kernels.add("twice", [](std::int64_t x) { return 2 * x; });
    kernels.add("throws", [] { throw std::runtime_error("no"); });
    kernels.add("asks", [](context& c) { return c.stop_requested(); });
  }

  std::string batch(std::initializer_list<std::pair<const char*, std::string>> calls,
                    time_point deadline = never) {
    std::vector<task_ptr> tasks;
    for (const auto& [name, arguments] : calls) {
      auto one = std::make_shared<task>();
      one->id = ++last;
      one->kernel = static_cast<std::uint32_t>(kernels.overloads(name)[0].index);
      one->arguments = arguments;
      one->deadline = deadline;
      tasks.push_back(one);
    }
    return pack_run(tasks);
  }

  std::vector<done_item> play(std::string bytes) {
    compute_engine sut(kernels, page, 4, 5);
    sut.enqueue(std::move(bytes));
    std::vector<done_item> result;
    while (sut.pending()) {
      auto items = unpack_done(sut.step());
      CHECK(items.slot == 4);
      CHECK(items.incarnation == 5);
      for (auto& each : items.items)
        result.push_back(std::move(each));
    }
    return result;
  }

  kernel_registry kernels;
  control_page page;
  std::uint64_t last = 0;
};

} // namespace

TEST_CASE("tasks run in the order in which they came, and each is answered") {
  bench b;
  const auto done =
      b.play(b.batch({{"twice", pack_values(4)}, {"throws", pack_values()}, {"twice", pack_values(5)}}));
  REQUIRE(done.size() == 3);
  CHECK(done[0].id == 1);
  CHECK(std::get<std::int64_t>(unpack_result(done[0].payload)) == 8);
  CHECK(done[1].code == static_cast<std::uint32_t>(actor_errc::kernel_failed));
  const auto why = unpack_failure(actor_errc::kernel_failed, done[1].payload);
  CHECK(why.text == "throws: std::runtime_error: no");
  CHECK(why.type == "std::runtime_error");
  CHECK_FALSE(why.trace.empty()); // this program's throws are met, too
  CHECK(std::get<std::int64_t>(unpack_result(done[2].payload)) == 10);
  CHECK(done[0].started_ns <= done[0].finished_ns);
  CHECK(done[0].finished_ns <= done[2].started_ns);
}

TEST_CASE("the control page counts what has begun and shows nothing at hand afterwards") {
  bench b;
  b.play(b.batch({{"twice", pack_values(4)}, {"throws", pack_values()}}));
  CHECK(b.page.block().begun.load() == 2);
  CHECK(b.page.block().running.load() == 0);
}

TEST_CASE("a task whose deadline has passed is not run") {
  bench b;
  const auto done = b.play(b.batch({{"throws", pack_values()}}, steady_clock::now()));
  REQUIRE(done.size() == 1);
  CHECK(done[0].code == static_cast<std::uint32_t>(actor_errc::deadline_passed));
}

TEST_CASE("a task that is asked to stop before its turn does not run, and no other is hit") {
  bench b;
  b.page.block().stop.store(2);
  const auto done =
      b.play(b.batch({{"asks", pack_values()}, {"asks", pack_values()}, {"asks", pack_values()}}));
  REQUIRE(done.size() == 3);
  CHECK(std::get<bool>(unpack_result(done[0].payload)) == false);
  CHECK(done[1].code == static_cast<std::uint32_t>(actor_errc::cancelled));
  CHECK(std::get<bool>(unpack_result(done[2].payload)) == false);
}

TEST_CASE("arguments that do not unpack and kernels that are not there fail one task alone") {
  bench b;
  auto wrong = std::make_shared<task>();
  wrong->id = 1;
  wrong->kernel = 99;
  auto torn = std::make_shared<task>();
  torn->id = 2;
  torn->arguments = "\xff\xff";
  auto good = std::make_shared<task>();
  good->id = 3;
  good->kernel = static_cast<std::uint32_t>(b.kernels.overloads("twice")[0].index);
  good->arguments = pack_values(1);
  const auto done = b.play(pack_run(std::vector{wrong, torn, good}));
  REQUIRE(done.size() == 3);
  CHECK(done[0].code == static_cast<std::uint32_t>(actor_errc::unknown_kernel));
  CHECK(done[1].code != 0);
  CHECK(done[2].code == 0);
}

TEST_CASE("what was finished can be read from the journal though no reply has left") {
  bench b;
  b.play(b.batch({{"twice", pack_values(4)}, {"throws", pack_values()}, {"twice", pack_values(5)}}));
  std::uint64_t from = 0;
  const auto noted = read_journal(b.page, from);
  REQUIRE(noted.size() == 2); // a failure's text does not fit
  CHECK(noted[0].id == 1);
  CHECK(std::get<std::int64_t>(unpack_result(noted[0].payload)) == 8);
  CHECK(noted[1].id == 3);
  CHECK(noted[1].finished_ns >= noted[0].finished_ns);
}
