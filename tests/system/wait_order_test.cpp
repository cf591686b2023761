// What Python's documentation says of concurrent.futures.wait, as_completed and the exceptions, in its order
// and in pinion's words.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <pinion/actors/wait.hpp>
#include <pinion/pinion.hpp>

#include <support/doors.hpp>
#include <support/failure_of.hpp>
#include <support/leaves_nothing.hpp>
#include <support/pool.hpp>

using namespace pinion;
using test::doors;
using test::failure_of;
using test::leaves_nothing;
using test::with_workers;
using namespace std::chrono_literals;

namespace {

std::int64_t square(std::int64_t x) { return x * x; }
std::int64_t refuse(std::string_view why) { throw std::domain_error(std::string(why)); }

using futures = std::vector<future<std::int64_t>>;

// A node whose workers are held by tasks that end when the test says so.
struct stage : test::held_node {
  explicit stage(std::int64_t tasks) : held_node("wait_for_door", tasks) {}
};

} // namespace

PINION_KERNELS(k) {
  k.add("wait_square", square);
  k.add("wait_refuse", refuse);
  k.add("wait_for_door", doors::wait_at);
}

// -- wait ---------------------------------------------------------------------------------

TEST_CASE("futures of several nodes are waited for together") {
  const leaves_nothing end;
  stage one(1);
  stage other(1);
  const futures both{one.held[0], other.held[0]};
  other.gate.open(0);
  CHECK(wait_any(both) == 1);
  CHECK(!wait_all(both, 1ms));
  one.gate.open(0);
  CHECK(wait_all(both));
}

TEST_CASE("a future may be among those that are waited for more than once") {
  const leaves_nothing end;
  stage sut(2);
  const futures twice{sut.held[0], sut.held[1], sut.held[1]};
  sut.gate.open(1);
  const auto first = wait_any(twice);
  CHECK((first == 1 || first == 2));
  sut.gate.open(0);
  CHECK(wait_all(twice));
}

TEST_CASE("who waits for several is told when the time is over, and nothing ends for that") {
  const leaves_nothing end;
  stage sut(2);
  CHECK(!wait_any(sut.held, 1ms));
  sut.gate.open(0);
  CHECK(!wait_all(sut.held, 1ms));
  sut.gate.open(1);
  CHECK(wait_all(sut.held, 60s));
  CHECK(sut.held[1].get() == 1);
}

TEST_CASE("wait_any returns when one has its result, has failed or was cancelled") {
  const leaves_nothing end;
  stage sut(3);
  sut.gate.open(2);
  CHECK(wait_any(sut.held) == 2);
  sut.held[1].cancel();
  CHECK(wait_any(sut.held[0], sut.held[1]) == 1);
  const auto failed = sut.where.submit<std::int64_t>("wait_refuse", "no");
  CHECK(wait_any(sut.held[0], failed) == 1);
  CHECK(!wait_any(futures{}));
}

TEST_CASE("wait_all returns when all are done, and a failure among them ends it no sooner") {
  const leaves_nothing end;
  stage sut(2);
  auto all = sut.held;
  sut.gate.open(0);
  all.push_back(sut.where.submit<std::int64_t>("wait_refuse", "no"));
  CHECK(failure_of(all[2]).code == actor_errc::kernel_failed);
  CHECK(!wait_all(all, 1ms));
  sut.gate.open(1);
  CHECK(wait_all(all));
  for (const auto& each : all)
    CHECK(each.ready());
  wait_all(all[0], all[1]);
  CHECK(wait_all(futures{}));
}

// -- as_completed ---------------------------------------------------------------------------

TEST_CASE("as_completed gives futures of several nodes as they are done, the cancelled ones too") {
  const leaves_nothing end;
  stage one(2);
  stage other(1);
  const futures all{one.held[0], one.held[1], other.held[0]};
  as_completed order(all);
  other.gate.open(0);
  auto at = order.begin();
  CHECK(at->worker() == other.held[0].worker());
  CHECK(at->state() == other.held[0].state());
  one.held[1].cancel();
  ++at;
  CHECK(failure_of(*at).code == actor_errc::cancelled);
  one.gate.open(0);
  ++at;
  CHECK(at->get() == 0);
  CHECK(at->state() == one.held[0].state());
  ++at;
  CHECK(at == order.end());
}

TEST_CASE("as_completed gives a future as often as it is there") {
  const leaves_nothing end;
  node sut(with_workers(1));
  const auto once = sut.submit<std::int64_t>("wait_square", 5);
  int seen = 0;
  for (const auto& each : as_completed(futures{once, once})) {
    CHECK(each.get() == 25);
    ++seen;
  }
  CHECK(seen == 2);
}

TEST_CASE("as_completed gives those first that were done before it was asked") {
  const leaves_nothing end;
  stage sut(3);
  sut.gate.open(2);
  sut.held[2].wait();
  as_completed order(sut.held);
  sut.gate.open(0);
  auto at = order.begin();
  CHECK(at->get() == 2);
  ++at;
  CHECK(at->get() == 0);
  sut.gate.open(1);
  ++at;
  CHECK(at->get() == 1);
}

// -- exceptions -----------------------------------------------------------------------------

TEST_CASE("time that is over has a reason of its own, for the work, and none for who merely waited") {
  const leaves_nothing end;
  stage sut(1);
  CHECK(!sut.held[0].wait_for(1ms));
  CHECK(!sut.held[0].ready());
  task_options hurried;
  hurried.timeout = 1ms;
  const auto late = sut.where.submit<std::int64_t>(hurried, "wait_square", 1); // nobody is free for it
  const auto why = failure_of(late);
  CHECK(why.code == actor_errc::deadline_passed);
  CHECK(why.text.find("no worker was free for it") != std::string::npos);
  CHECK(sut.where.status().expired == 1);
}

TEST_CASE("all that goes wrong with a task is one exception, told apart by its reason") {
  const leaves_nothing end;
  stage sut(1);
  const auto reason = [](const future<std::int64_t>& what) {
    try {
      what.get();
    } catch (const std::system_error& why) {
      return why.code();
    }
    return std::error_code{};
  };
  sut.held[0].cancel();
  CHECK(reason(sut.held[0]) == actor_errc::cancelled);
  CHECK(reason(sut.where.submit<std::int64_t>("wait_refuse", "no")) == actor_errc::kernel_failed);
  CHECK(reason(sut.where.submit<std::int64_t>("wait_sqare", 1)) == actor_errc::unknown_kernel);
  CHECK(reason(sut.where.submit<std::int64_t>("wait_square", "one")) == actor_errc::bad_arguments);
  CHECK(reason(sut.where.submit<std::int64_t>("wait_square", 1)) == std::error_code{});
}
