// What Python's documentation says of concurrent.futures.Future, of wait, as_completed and the exceptions, in
// its order and in pinion's words.
#include <doctest/doctest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/caught_stderr.hpp>
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

// A node whose workers are held by tasks that end when the test says so.
struct stage : test::held_node {
  explicit stage(std::int64_t tasks) : held_node("future_wait_at", tasks) {}
};

} // namespace

PINION_KERNELS(k) {
  k.add("future_square", square);
  k.add("future_refuse", refuse);
  k.add("future_wait_at", doors::wait_at);
}

// -- Future.cancel, cancelled ---------------------------------------------------------

TEST_CASE("cancel of a task that waits is told at once, and its kernel never runs") {
  const leaves_nothing end;
  stage sut(1);
  const doors other(sut.where, 1);
  const auto waits = sut.where.submit<std::int64_t>("future_wait_at", other.view(), 0);
  waits.cancel();
  const auto why = failure_of(waits); // while the only worker is busy
  CHECK(why.code == actor_errc::cancelled);
  CHECK(why.text.find("future_wait_at") != std::string::npos);
  sut.gate.open(0);
  CHECK(sut.held[0].get() == 0);
  CHECK(sut.where.apply<std::int64_t>("future_square", 2) == 4);
  CHECK(other.came(0) == 0);
}

TEST_CASE("cancel of a task that runs asks its kernel to stop, and the outcome is cancelled") {
  const leaves_nothing end;
  stage sut(1);
  sut.held[0].cancel();
  CHECK(failure_of(sut.held[0]).code == actor_errc::cancelled);
  CHECK(sut.where.apply<std::int64_t>("future_square", 2) == 4); // by the worker that stopped
  CHECK(sut.where.status().workers[0].restarts == 0);
}

TEST_CASE("cancel of a task that is done changes nothing") {
  const leaves_nothing end;
  stage sut(1);
  sut.gate.open(0);
  sut.held[0].wait();
  sut.held[0].cancel();
  CHECK(sut.where.apply<std::int64_t>("future_square", 2) == 4); // the node has heard of both by now
  CHECK(sut.held[0].get() == 0);
  CHECK(sut.where.status().withdrawn == 0);
}

TEST_CASE("cancel once more changes nothing") {
  const leaves_nothing end;
  stage sut(1);
  sut.held[0].cancel();
  sut.held[0].cancel();
  sut.held[0].wait();
  sut.held[0].cancel();
  CHECK(failure_of(sut.held[0]).code == actor_errc::cancelled);
  CHECK(sut.where.apply<std::int64_t>("future_square", 2) == 4);
  CHECK(sut.where.status().withdrawn == 1);
}

// -- Future.done ------------------------------------------------------------------------

TEST_CASE("a future is ready when its task has a result, has failed or was cancelled, and not before") {
  const leaves_nothing end;
  stage sut(2);
  CHECK(!sut.held[0].ready());
  CHECK(!sut.held[1].ready());
  sut.gate.open(0);
  sut.held[0].wait();
  CHECK(sut.held[0].ready());
  const auto failed = sut.where.submit<std::int64_t>("future_refuse", "no");
  failed.wait();
  CHECK(failed.ready());
  CHECK(!sut.held[1].ready());
  sut.held[1].cancel();
  sut.held[1].wait();
  CHECK(sut.held[1].ready());
}

// -- Future.result ------------------------------------------------------------------------

TEST_CASE("get waits as long as it takes, and gives the same result as often as it is asked for") {
  const leaves_nothing end;
  stage sut(1);
  std::promise<std::int64_t> got;
  std::thread waiter([&] { got.set_value(sut.held[0].get()); });
  auto seen = got.get_future();
  CHECK(seen.wait_for(20ms) == std::future_status::timeout);
  sut.gate.open(0);
  waiter.join();
  CHECK(seen.get() == 0);
  CHECK(sut.held[0].get() == 0);
  const auto copy = sut.held[0];
  CHECK(copy.get() == 0);
}

TEST_CASE("wait_for gives up when its time is over, and the task goes on and has its result") {
  const leaves_nothing end;
  stage sut(1);
  CHECK(!sut.held[0].wait_for(1ms));
  CHECK(!sut.held[0].wait_for(0s));
  CHECK(!sut.held[0].wait_for(-1s));
  sut.gate.open(0);
  CHECK(sut.held[0].wait_for(60s));
  CHECK(sut.held[0].get() == 0);
}

TEST_CASE("get of a cancelled task throws cancelled, also where a thread waited for it before that") {
  const leaves_nothing end;
  stage sut(1);
  std::promise<actor_errc> got;
  std::thread waiter([&] { got.set_value(failure_of(sut.held[0]).code); });
  sut.held[0].cancel();
  waiter.join();
  CHECK(got.get_future().get() == actor_errc::cancelled);
}

TEST_CASE("get throws what the kernel threw, with its type and its words, each time") {
  const leaves_nothing end;
  stage sut(1);
  const auto failed = sut.where.submit<std::int64_t>("future_refuse", "not today");
  sut.gate.open(0);
  for (int i = 0; i < 2; ++i) {
    const auto why = failure_of(failed);
    CHECK(why.code == actor_errc::kernel_failed);
    CHECK(why.type == "std::domain_error");
    CHECK(why.text == "future_refuse: std::domain_error: not today");
  }
}

// -- Future.exception -----------------------------------------------------------------------

TEST_CASE("whole tells a failure without a throw, and of a task that went well that it did") {
  const leaves_nothing end;
  stage sut(1);
  const auto failed = sut.where.submit<std::int64_t>("future_refuse", "no");
  const auto good = sut.where.submit<std::int64_t>("future_square", 3);
  sut.gate.open(0);
  REQUIRE(!failed.whole().ok());
  CHECK(std::get<failure>(failed.whole().result).type == "std::domain_error");
  CHECK(good.whole().ok());
  const auto withdrawn = sut.where.submit<std::int64_t>("future_wait_at", doors(sut.where, 1).view(), 0);
  withdrawn.cancel();
  REQUIRE(!withdrawn.whole().ok());
  CHECK(std::get<failure>(withdrawn.whole().result).code == actor_errc::cancelled);
}

// -- Future.add_done_callback ----------------------------------------------------------------

TEST_CASE("then calls a function with the future when its task is done, has failed or was cancelled") {
  const leaves_nothing end;
  std::vector<std::promise<failure>> told(3);
  stage sut(3);
  for (std::size_t i = 0; i < 2; ++i)
    sut.held[i].then([&, i](const future<std::int64_t>& done) { told[i].set_value(failure_of(done)); });
  sut.gate.open(0);
  CHECK(told[0].get_future().get() == failure{});
  sut.held[1].cancel();
  CHECK(told[1].get_future().get().code == actor_errc::cancelled);
  sut.where.submit<std::int64_t>("future_refuse", "no").then([&](const future<std::int64_t>& done) {
    told[2].set_value(failure_of(done));
  });
  CHECK(told[2].get_future().get().code == actor_errc::kernel_failed);
}

TEST_CASE("functions are called in the order in which they were given, in the process that gave them") {
  const leaves_nothing end;
  std::vector<int> order; // written by the node's one thread for this, read once it has told the last
  std::promise<pid_t> last;
  stage sut(1);
  for (int i = 0; i < 10; ++i)
    sut.held[0].then([&, i](const future<std::int64_t>&) { order.push_back(i); });
  sut.held[0].then([&](const future<std::int64_t>&) { last.set_value(::getpid()); });
  sut.gate.open(0);
  CHECK(last.get_future().get() == ::getpid());
  CHECK(order == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("what a function throws that is told a result is logged, and the next is called all the same") {
  const test::caught_stderr said;
  {
    const leaves_nothing end;
    std::promise<void> told;
    node sut(with_workers(1));
    const auto done = sut.submit<std::int64_t>("future_square", 1);
    done.then([](const future<std::int64_t>&) { throw std::runtime_error("of my own"); });
    done.then([](const future<std::int64_t>&) { throw 17; });
    done.then([&](const future<std::int64_t>&) { told.set_value(); });
    told.get_future().get();
    CHECK(sut.apply<std::int64_t>("future_square", 3) == 9);
  }
  CHECK(said.text().find("threw: of my own") != std::string::npos);
  CHECK(said.text().find("threw something that is no std::exception") != std::string::npos);
}

TEST_CASE("a function that is given to a future that is ready is called without any more ado") {
  const leaves_nothing end;
  std::promise<std::int64_t> told;
  std::promise<actor_errc> told_why;
  node sut(with_workers(1));
  const auto done = sut.submit<std::int64_t>("future_square", 4);
  const auto failed = sut.submit<std::int64_t>("future_refuse", "no");
  done.wait();
  failed.wait();
  done.then([&](const future<std::int64_t>& what) { told.set_value(what.get()); });
  failed.then([&](const future<std::int64_t>& what) { told_why.set_value(failure_of(what).code); });
  CHECK(told.get_future().get() == 16);
  CHECK(told_why.get_future().get() == actor_errc::kernel_failed);
}
