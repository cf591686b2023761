// Arrays on their way through real workers: results, leases, rights.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <numeric>
#include <random>
#include <thread>

#include <pinion/pinion.hpp>
#include <pinion/shm/private_array.hpp>
#include <unistd.h>

#include <support/failure_of.hpp>
#include <support/leaves_nothing.hpp>
#include <support/process.hpp>
#include <support/seed.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
using test::failure_of;
using test::leaves_nothing;
using namespace std::chrono_literals;

namespace {

array<double> ramp(context& here, std::int64_t count) {
  auto result = here.make<double>({count});
  std::iota(result.begin(), result.end(), 0.0);
  return result;
}
view<double> middle(context& here, std::int64_t count) {
  const auto whole = ramp(here, count);
  auto scratch = here.zeros<double>({1000}); // not returned: free when the kernel ends
  return whole.slice(0, count / 4, count / 2, 2);
}
any_array of_type(context& here, std::string_view name) {
  return here.make(*dtype_named(name), {2, 3}, fill::zero);
}
array<double> make_and_throw(context& here) {
  auto lost = here.zeros<double>({100'000});
  throw std::runtime_error("after it was made");
}
array<double> make_and_die(context& here) {
  auto lost = here.zeros<double>({100'000});
  ::raise(SIGKILL);
  return lost;
}
// Adds one to each element, one at a time: two at once would lose some.
void count_up(view<std::int64_t> x, std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i)
    for (auto& each : x) {
      const auto old = *static_cast<volatile std::int64_t*>(&each);
      *static_cast<volatile std::int64_t*>(&each) = old + 1;
    }
}
std::int64_t add_up(view<const std::int64_t> x) {
  return std::accumulate(x.begin(), x.end(), std::int64_t{0});
}
void write_where_only_reading(view<const double> x, view<double>) {
  *const_cast<volatile double*>(x.data() + x.size() - 1) = 1;
}
double first_of(view<const double> x) { return x(0); }
// To the beginning of the segment, in steps that meet its header.
void write_below(view<double> x) {
  for (std::int64_t i = 1; i <= 512; ++i)
    static_cast<volatile double*>(x.data())[-i] = 1;
}
void hold_open(shared_view<std::int32_t> gates, std::int64_t which, view<double>) {
  gates(which).store(1);
  while (gates(which).load() == 1)
    std::this_thread::yield();
}
void count_hits(shared_value<std::int64_t> hits, std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i)
    hits.fetch_add(1);
}

std::string take_and_die(guarded<std::int64_t> counts, bool die) {
  const auto here = counts.lock("take_and_die");
  ++here(0);
  if (die)
    ::raise(SIGKILL);
  return here.abandoned_by() ? "after " + here.abandoned_by()->label : "alone";
}

config two_workers() {
  config result;
  result.workers = 2;
  return result;
}

} // namespace

PINION_KERNELS(k) {
  k.add("arrays_ramp", ramp);
  k.add("arrays_middle", middle);
  k.add("arrays_of_type", of_type);
  k.add("arrays_make_and_throw", make_and_throw);
  k.add("arrays_make_and_die", make_and_die);
  k.add("arrays_count_up", count_up);
  k.add("arrays_add_up", add_up);
  k.add("arrays_write_where_only_reading", write_where_only_reading);
  k.add("arrays_first_of", first_of);
  k.add("arrays_write_below", write_below);
  k.add("arrays_hold_open", hold_open);
  k.add("arrays_count_hits", count_hits);
  k.add("arrays_take_and_die", take_and_die);
}

TEST_CASE("a kernel returns an array that it made, and the caller may send it on without a copy") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto made = sut.submit<array<double>>("arrays_ramp", std::int64_t{1'000'000}).get();
  CHECK(made.size() == 1'000'000);
  CHECK(made(999'999) == 999'999.0);
  made(0) = 7; // the caller's to write
  CHECK(sut.submit<double>("arrays_first_of", made).get() == 7.0);
  CHECK(sut.submit<double>("arrays_first_of", made.slice(0, 500, 600)).get() == 500.0);
}

TEST_CASE("a slice of what a kernel made, and an array of a type known at run time, come back as well") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto part = sut.submit<array<double>>("arrays_middle", std::int64_t{1000}).get();
  REQUIRE(part.size() == 125);
  CHECK(part(0) == 250.0);
  CHECK(part(124) == 498.0);
  const auto any = sut.submit<any_array>("arrays_of_type", "complex64").get();
  CHECK(any.type() == dtype::complex64);
  CHECK(any.shape() == extents{2, 3});
  const auto asked_wrongly = sut.submit<array<int>>("arrays_ramp", std::int64_t{10});
  CHECK(failure_of(asked_wrongly).code == actor_errc::wrong_result_type);
  const auto no_array = sut.submit<array<double>>("arrays_first_of", part);
  CHECK(failure_of(no_array).code == actor_errc::wrong_result_type);
}

TEST_CASE("results outlive their worker and their node") {
  const leaves_nothing after;
  array<double> kept;
  {
    node sut(two_workers());
    task_options first;
    first.worker = 0;
    kept = sut.submit<array<double>>(first, "arrays_ramp", std::int64_t{50'000}).get();
    const auto old = sut.status().workers[0].pid;
    sut.signal_worker(0, SIGKILL);
    REQUIRE(test::eventually([&] { return sut.status().workers[0].pid != old; }));
    CHECK(sut.submit<double>("arrays_first_of", kept.slice(0, 49'999, 50'000)).get() == 49'999.0);
  }
  CHECK(kept(12'345) == 12'345.0);
}

TEST_CASE("what a kernel made and did not return is free, whether it throws, dies or forgets it") {
  const leaves_nothing after;
  auto settings = two_workers();
  settings.store_limit = 4 << 20; // five lost arrays would not fit
  settings.restart_limit = 1000;
  node sut(settings);
  for (int i = 0; i < 10; ++i) {
    CHECK(failure_of(sut.submit<array<double>>("arrays_make_and_throw")).code == actor_errc::kernel_failed);
    CHECK(failure_of(sut.submit<array<double>>("arrays_make_and_die")).code == actor_errc::worker_died);
    CHECK(sut.submit<array<double>>("arrays_ramp", std::int64_t{100'000}).get().size() == 100'000);
  }
  const auto too_much = failure_of(sut.submit<array<double>>("arrays_ramp", std::int64_t{1'000'000}));
  CHECK(too_much.code == actor_errc::kernel_failed);
  CHECK(too_much.text.find("4.00 MiB") != std::string::npos);
}

TEST_CASE("tasks that write one array take turns in the order of asking, and each sees what those before it "
          "wrote") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto x = sut.zeros<std::int64_t>({100});
  std::vector<future<std::int64_t>> sums;
  for (int i = 0; i < 50; ++i) {
    sut.submit<void>("arrays_count_up", x, std::int64_t{20});
    sums.push_back(sut.submit<std::int64_t>("arrays_add_up", x));
  }
  for (int i = 0; i < 50; ++i)
    CHECK(sums[static_cast<std::size_t>(i)].get() == (i + 1) * 20 * 100);
}

TEST_CASE(
    "writers of every second row run side by side, and one who is not to wait is told who has the array") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto m = sut.zeros<double>({10, 4});
  const auto gates = sut.zeros<std::int32_t>({2});
  const auto even = sut.submit<void>("arrays_hold_open", gates, std::int64_t{0}, m.slice(0, 0, 10, 2));
  const auto odd = sut.submit<void>("arrays_hold_open", gates, std::int64_t{1}, m.slice(0, 1, 10, 2));
  const auto opened = [&](std::int64_t which) { return std::atomic_ref(gates(which)).load() == 1; };
  CHECK(test::eventually([&] { return opened(0) && opened(1); }));
  task_options at_once;
  at_once.when_busy = busy_policy::refuse;
  const auto refused = failure_of(sut.submit<double>(at_once, "arrays_first_of", m.row(3)));
  CHECK(refused.code == actor_errc::array_busy);
  CHECK(refused.text.find("argument 1, float64[4], is in use by task 2 (arrays_hold_open)") !=
        std::string::npos);
  for (const std::int64_t which : {0, 1})
    std::atomic_ref(gates(which)).store(2);
  even.get();
  odd.get();
  CHECK(sut.submit<double>(at_once, "arrays_first_of", m.row(3)).get() == 0.0);
}

TEST_CASE("a kernel that writes through a read lease ends as an error that names it and the array, the rest "
          "goes on") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto a = sut.zeros<double>({100, 100});
  const auto b = sut.zeros<double>({10});
  task_options idempotent;
  idempotent.idempotent = true; // it would do the same again
  const auto wrote = sut.submit<void>(idempotent, "arrays_write_where_only_reading", a.row(7), b);
  const auto why = failure_of(wrote);
  CHECK(why.code == actor_errc::read_only_array);
  CHECK(why.text.starts_with("arrays_write_where_only_reading: it wrote to argument 1, float64[100] at " +
                             a.ref().segment));
  CHECK(a(7, 99) == 0.0);
  CHECK(sut.submit<double>("arrays_first_of", a.row(7)).get() == 0.0);
  CHECK(sut.status().workers[0].restarts + sut.status().workers[1].restarts <= 1);
}

TEST_CASE("filling a large array is divided among the workers, and waits for who uses it") {
  const leaves_nothing after;
  node sut(two_workers());
  sut.wait_ready();
  const auto before = sut.status().done;
  const auto m = sut.full<float>({1024, 3000}, 2.5F);
  CHECK(sut.status().done == before + 2); // and the caller
  CHECK(std::count(m.begin(), m.end(), 2.5F) == 1024 * 3000);
  sut.fill(m.slice(0, 1023, -1, -2), 1.0F); // every second row, from the last
  CHECK(sut.status().done == before + 6);
  CHECK(m(1023, 0) == 1.0F);
  CHECK(m(1, 2999) == 1.0F);
  CHECK(m(1022, 0) == 2.5F);
  CHECK(std::count(m.begin(), m.end(), 1.0F) == 512 * 3000);
  sut.fill(m.slice(1, 0, 1), 7.0F); // too little for that
  CHECK(std::count(m.begin(), m.end(), 7.0F) == 1024);
}

TEST_CASE("an array is made full while all workers compute, whatever time tasks have") {
  const leaves_nothing after;
  auto settings = two_workers();
  settings.task_timeout = 300ms;
  node sut(settings);
  auto gates = sut.zeros<std::int32_t>({2});
  const shared_view<std::int32_t> doors(gates);
  const auto places = sut.zeros<double>({2});
  task_options patient;
  patient.timeout = 60s;
  std::vector<future<void>> held;
  for (std::int64_t i = 0; i < 2; ++i)
    held.push_back(sut.submit<void>(patient, "arrays_hold_open", doors, i, places.slice(0, i, i + 1)));
  REQUIRE(test::eventually([&] { return doors(0).load() == 1 && doors(1).load() == 1; }));
  const auto m = sut.full<double>({1024, 1024}, 1.5);
  CHECK(std::count(m.begin(), m.end(), 1.5) == 1024 * 1024);
  CHECK(!held[0].ready());
  for (std::int64_t i = 0; i < 2; ++i)
    doors(i).store(2);
  for (const auto& each : held)
    each.get();
}

TEST_CASE("a kernel that writes below its array does not ruin the segment for others") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto first = sut.zeros<double>({10});
  CHECK(failure_of(sut.submit<void>("arrays_write_below", first)).code == actor_errc::worker_died);
  CHECK(sut.submit<double>("arrays_first_of", first).get() == 0.0);
  CHECK(sut.submit<double>("arrays_first_of", sut.full<double>({10}, 2.0)).get() == 2.0);
}

TEST_CASE("memory of the caller's own is filled by the caller, however large") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto mine = make_private(dtype::float64, {1'000'000}).as<double>();
  sut.fill(mine.view(), 2.0);
  CHECK(std::count(mine.begin(), mine.end(), 2.0) == 1'000'000);
}

TEST_CASE("a worker that dies while it fills is replaced, and every element is there") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto m = sut.empty<double>({8'000'000});
  std::atomic<bool> done{false};
  std::thread killer([&] {
    for (std::uint32_t slot = 0; slot < 2; ++slot) {
      while (!done && sut.status().workers[slot].running.empty())
        std::this_thread::yield();
      sut.signal_worker(slot, SIGKILL);
    }
  });
  sut.fill(m.view(), 3.0);
  done = true;
  killer.join();
  CHECK(std::count(m.begin(), m.end(), 3.0) == 8'000'000);
}

TEST_CASE("kernels that share a value run side by side and lose no count, and other types are refused") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto hits = make_shared_value<std::int64_t>(sut.arrays(), 0);
  std::vector<future<void>> all;
  for (int i = 0; i < 10; ++i)
    all.push_back(sut.submit<void>("arrays_count_hits", hits, std::int64_t{10'000}));
  for (const auto& each : all)
    each.get();
  CHECK(hits.load() == 100'000);
  const auto wrong = failure_of(
      sut.submit<void>("arrays_count_hits", make_shared_value(sut.arrays(), 1.0), std::int64_t{1}));
  CHECK(wrong.text == "arrays_count_hits: argument 1: expected shared_value<int64>, got array float64[]");
}

TEST_CASE("a kernel that is killed while it holds a guard leaves it to the next one, who is told") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto counts = make_guarded<std::int64_t>(sut.arrays(), {3});
  CHECK(sut.submit<std::string>("arrays_take_and_die", counts, false).get() == "alone");
  CHECK(failure_of(sut.submit<std::string>("arrays_take_and_die", counts, true)).code ==
        actor_errc::worker_died);
  CHECK(sut.submit<std::string>("arrays_take_and_die", counts, false).get() == "after take_and_die");
  CHECK(sut.submit<std::string>("arrays_take_and_die", counts, false).get() == "alone");
  CHECK(counts.lock()(0) == 4);
  const auto other_type = failure_of(
      sut.submit<std::string>("arrays_take_and_die", make_guarded<double>(sut.arrays(), {3}), false));
  CHECK(other_type.text == "arrays_take_and_die: argument 1: the guarded elements are float64, not int64");
  const auto plain =
      failure_of(sut.submit<std::string>("arrays_take_and_die", sut.zeros<std::int64_t>({3}), false));
  CHECK(plain.text == "arrays_take_and_die: argument 1: expected guarded<int64>, got array int64[3]");
}
