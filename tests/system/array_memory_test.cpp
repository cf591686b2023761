// Nodes whose arrays lie in memory without a name, and kernels that read mapped files.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <numeric>
#include <thread>

#include <pinion/pinion.hpp>
#include <pinion/runtime/attach.hpp>
#include <unistd.h>

#include <support/failure_of.hpp>
#include <support/process.hpp>
#include <support/scratch_directory.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
using test::failure_of;

namespace {

double sum_of(view<const double> x) { return std::accumulate(x.begin(), x.end(), 0.0); }
void add_one(view<double> x) {
  for (auto& each : x)
    each += 1;
}
array<double> doubled(context& here, view<const double> x) {
  auto result = here.make<double>(x.shape());
  std::transform(x.begin(), x.end(), result.begin(), [](double each) { return 2 * each; });
  return result;
}
double sum_after(view<const double> x, shared_value<std::int32_t> gate) {
  gate.store(1);
  while (gate.load() == 1)
    std::this_thread::yield();
  return sum_of(x);
}
void write_anyhow(view<const double> x) { *const_cast<volatile double*>(x.data()) = 1; }

config without_names() {
  config result;
  result.workers = 2;
  result.array_memory = backing::memfd;
  return result;
}

std::filesystem::path saved_ramp(const test::scratch_directory& folder, std::int64_t size) {
  store arrays;
  const auto a = arrays.empty<double>({size});
  std::iota(a.begin(), a.end(), 0.0);
  save_npy(folder / "ramp.npy", a);
  return folder / "ramp.npy";
}

} // namespace

PINION_KERNELS(k) {
  k.add("memory_sum_of", sum_of);
  k.add("memory_add_one", add_one);
  k.add("memory_doubled", doubled);
  k.add("memory_sum_after", sum_after);
  k.add("memory_write_anyhow", write_anyhow);
}

TEST_CASE("a node without names reads, writes and returns arrays as any, and /dev/shm stays empty") {
  test::nothing_left after;
  node sut(without_names());
  for (const std::int64_t size : {100, 4 << 20}) { // of a shared segment, and of one of its own
    const auto a = sut.zeros<double>({size});
    sut.submit<void>("memory_add_one", a).get();
    sut.submit<void>("memory_add_one", a.slice(0, 0, size, 2)).get();
    CHECK(sut.submit<double>("memory_sum_of", a).get() == static_cast<double>(size) * 1.5);
    const auto twice = sut.submit<array<double>>("memory_doubled", a).get();
    CHECK(sut.submit<double>("memory_sum_of", twice).get() == static_cast<double>(size) * 3);
  }
  CHECK(test::shm_left().empty());
  const auto a = sut.zeros<double>({8});
  CHECK(failure_of(sut.submit<void>("memory_write_anyhow", a)).code == actor_errc::read_only_array);
  CHECK(a(0) == 0);
}

TEST_CASE("results without a name outlive a worker that is killed, and its replacement makes new ones") {
  test::nothing_left after;
  node sut(without_names());
  const auto a = sut.zeros<double>({1000});
  task_options first;
  first.worker = 0;
  const auto kept = sut.submit<array<double>>(first, "memory_doubled", a).get();
  const auto old = sut.status().workers[0].pid;
  sut.signal_worker(0, SIGKILL);
  REQUIRE(test::eventually([&] { return sut.status().workers[0].pid != old; }));
  sut.submit<void>("memory_add_one", a).get();
  const auto next = sut.submit<array<double>>(first, "memory_doubled", a).get();
  CHECK(sut.submit<double>("memory_sum_of", kept).get() == 0);
  CHECK(sut.submit<double>("memory_sum_of", next).get() == 2000);
}

TEST_CASE("an array without a name is published and attached like any other") {
  test::nothing_left after;
  test::scratch_directory folder("memfd-publish");
  auto settings = without_names();
  settings.runtime_dir = folder.path();
  node sut(settings);
  const auto a = sut.zeros<double>({1000});
  a(999) = 5;
  sut.publish("prices", a);
  // In this program too it is another mapping, by the way that others take.
  const auto seen = attach<const double>("prices", folder.path());
  CHECK(seen(999) == 5);
  CHECK(seen.data() != a.data());
  CHECK(test::eventually([&] { return sut.published().at(0).holders.size() == 1; }));
}

TEST_CASE("kernels read a mapped file, and slices of it, without an array of it") {
  test::nothing_left after;
  test::scratch_directory folder("mapped");
  const auto path = saved_ramp(folder, 1000);
  config settings;
  settings.workers = 2;
  node sut(settings);
  const auto mapped = map_npy<double>(path);
  CHECK(sut.submit<double>("memory_sum_of", mapped).get() == 499'500);
  CHECK(sut.submit<double>("memory_sum_of", mapped.slice(0, 999, -1, -3)).get() == 166'833);
  CHECK(sut.arrays().list().empty());
  const auto wrote = failure_of(sut.submit<void>("memory_write_anyhow", mapped));
  CHECK(wrote.code == actor_errc::read_only_array);
  CHECK(wrote.text.find(path.string()) != std::string::npos);
  CHECK(map_npy<double>(path)(0) == 0);
}

TEST_CASE("a kernel whose mapped file is cut ends as an error that names the file, and the node goes on") {
  test::nothing_left after;
  test::scratch_directory folder("mapped");
  const auto path = saved_ramp(folder, 1 << 20);
  config settings;
  settings.workers = 2;
  node sut(settings);
  const auto gate = make_shared_value<std::int32_t>(sut.arrays(), 0);
  const auto cut = sut.submit<double>("memory_sum_after", map_npy<double>(path), gate);
  REQUIRE(test::eventually([&] { return gate.load() == 1; }));
  std::filesystem::resize_file(path, 4096);
  gate.store(2);
  const auto why = failure_of(cut);
  CHECK(why.code == actor_errc::bad_reference);
  CHECK(why.text.find("somebody has cut its file") != std::string::npos);
  CHECK(why.text.find(path.string()) != std::string::npos);
  CHECK(sut.submit<double>("memory_sum_of", sut.zeros<double>({10})).get() == 0);
}

TEST_CASE("a task on a file that was written since it was mapped is refused") {
  test::scratch_directory folder("mapped");
  const auto path = saved_ramp(folder, 1000);
  config settings;
  settings.workers = 1;
  node sut(settings);
  const auto before = map_npy<double>(path);
  CHECK(sut.submit<double>("memory_sum_of", before).get() == 499'500);
  saved_ramp(folder, 10);
  CHECK(sut.submit<double>("memory_sum_of", map_npy<double>(path)).get() == 45);
  CHECK(failure_of(sut.submit<double>("memory_sum_of", before)).text.find("changed since it was mapped") !=
        std::string::npos);
}

TEST_CASE("a full store names the results of kernels among those who hold the memory") {
  test::nothing_left after;
  config settings;
  settings.workers = 1;
  settings.store_limit = 48 << 20;
  node sut(settings);
  const auto kept = [&] {
    const auto small = sut.zeros<double>({10});
    const auto a = sut.zeros<double>({2 << 20}); // 16 MiB
    return sut.submit<array<double>>("memory_doubled", a).get();
  }();
  CHECK(kept.size() == 2 << 20);
  std::string text;
  try {
    sut.zeros<double>({5 << 20});
  } catch (const no_space_error& why) {
    text = why.what();
  }
  CHECK(text.find("most is held by float64[2097152] (16.0 MiB") != std::string::npos);
}

TEST_CASE("who has attached to an array keeps its elements when the node that published it ends in peace") {
  test::nothing_left after;
  test::scratch_directory folder("publish-end");
  for (const auto kind : {backing::named, backing::memfd})
    for (const std::int64_t size : {1000, 4 << 20}) { // of a shared segment, and of one of its own
      view<const double> kept;
      {
        auto settings = without_names();
        settings.array_memory = kind;
        settings.runtime_dir = folder.path();
        node sut(settings);
        const auto a = sut.zeros<double>({size});
        sut.submit<void>("memory_add_one", a).get();
        sut.publish("prices", a);
        kept = attach<const double>("prices", folder.path());
      }
      CHECK(std::all_of(kept.begin(), kept.end(), [](double each) { return each == 1; }));
    }
}
