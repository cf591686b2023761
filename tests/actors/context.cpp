#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <limits>

#include <pinion/actors/context.hpp>
#include <pinion/shm/error.hpp>

#include "printers.hpp"
#include "thrown.hpp"

using namespace pinion;

TEST_CASE("a context without anybody behind it never stops and swallows progress") {
  context ctx;
  CHECK_FALSE(ctx.stop_requested());
  CHECK(ctx.task() == 0);
  ctx.progress(0.5);
  ctx.throw_if_stopped();
}

TEST_CASE("only the task whose number is asked to stop stops") {
  std::atomic<std::uint64_t> stop{0};
  const context ctx(7, &stop, nullptr);
  CHECK_FALSE(ctx.stop_requested());
  stop = 6;
  CHECK_FALSE(ctx.stop_requested());
  stop = 7;
  CHECK(ctx.stop_requested());
  stop = 8;
  CHECK_FALSE(ctx.stop_requested());
  stop = stop_every_task;
  CHECK(ctx.stop_requested());
}

TEST_CASE("a task without a number does not take no request for one") {
  std::atomic<std::uint64_t> stop{0};
  CHECK_FALSE(context(0, &stop, nullptr).stop_requested());
}

TEST_CASE("a stopped task can leave by an exception that names it") {
  std::atomic<std::uint64_t> stop{7};
  const context ctx(7, &stop, nullptr);
  const auto failed = thrown_by([&] { ctx.throw_if_stopped(); });
  CHECK(failed.code == actor_errc::cancelled);
  CHECK(failed.text.find("task 7") != std::string::npos);
}

TEST_CASE("a worker without memory for results says so, a kernel that is called directly needs none") {
  std::atomic<std::uint64_t> stop{0};
  context in_worker(7, &stop, nullptr);
  CHECK_THROWS_WITH_AS(in_worker.make<double>({10}), doctest::Contains("no memory for results"),
                       no_space_error);
  context alone;
  CHECK(alone.make<double>({10}).size() == 10);
}

TEST_CASE("progress is kept between 0 and 1") {
  std::atomic<double> progress{0.25};
  context ctx(1, nullptr, &progress);
  ctx.progress(0.5);
  CHECK(progress == 0.5);
  ctx.progress(std::numeric_limits<double>::quiet_NaN());
  CHECK(progress == 0.5);
  ctx.progress(7);
  CHECK(progress == 1);
  ctx.progress(-1);
  CHECK(progress == 0);
}
