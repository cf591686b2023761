// Records on their way through real workers.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <numeric>
#include <thread>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/process.hpp>
#include <support/scratch_directory.hpp>
#include <support/shm_left.hpp>

using namespace pinion;

namespace {

enum field : std::size_t { count, mean, done, note };

record make_sample(store& in) { return make_record(in, {0, 0.0, false, text_field{100}}); }

void record_work(const record& r, std::int64_t times, const std::string& who) {
  for (std::int64_t i = 0; i < times; ++i) {
    r.fetch_add(count, 1);
    r.fetch_add(mean, 0.25);
    r.set(note, std::string(static_cast<std::size_t>(i % 100), who[0]));
  }
  r.set(note, "last was " + who);
  r.set(done, true);
}

// Writes texts until its process is killed.
void record_write_on(record r) {
  for (;;) {
    r.set(note, std::string(static_cast<std::size_t>(r.fetch_add(count, 1) % 100), 'x'));
    r.set(done, true);
  }
}

// Both are there at the same time, or neither comes to an end: so no lease is between them.
std::string record_meet(record r, std::string_view me) {
  for (r.fetch_add(count, 1); r.get<std::int64_t>(count) < 2;)
    std::this_thread::yield();
  return std::string(me) + " of " + std::to_string(r.size());
}

config two_workers() {
  config result;
  result.workers = 2;
  return result;
}

template <class T>
std::string text_of_failure(const future<T>& what) {
  try {
    what.get();
  } catch (const task_error& why) {
    return why.what();
  }
  return "it was done";
}

} // namespace

PINION_KERNELS(k) {
  k.add("record_work", record_work);
  k.add("record_write_on", record_write_on);
  k.add("record_meet", record_meet);
}

TEST_CASE("two workers change the fields of one record side by side, and the node reads them") {
  const test::nothing_left after;
  node sut(two_workers());
  const auto r = make_sample(sut.arrays());
  const auto on = [](int slot) {
    task_options result;
    result.worker = slot;
    return result;
  };
  const auto first = sut.submit<std::string>(on(0), "record_meet", r, "first");
  const auto second = sut.submit<std::string>(on(1), "record_meet", r, "second");
  CHECK(first.get() == "first of 4");
  CHECK(second.get() == "second of 4");
  r.set(count, 0);
  std::vector<future<void>> all;
  for (const char* who : {"a", "b", "a", "b"})
    all.push_back(sut.submit<void>("record_work", r, std::int64_t{500}, who));
  for (const auto& each : all)
    each.get();
  CHECK(r.get<std::int64_t>(count) == 2000);
  CHECK(r.get<double>(mean) == 500.0);
  CHECK(r.get<bool>(done));
  CHECK(r.get<std::string>(note).substr(0, 9) == "last was ");
}

TEST_CASE("a worker that is killed while it writes a text leaves a whole one, and the next one writes on") {
  const test::nothing_left after;
  node sut(two_workers());
  const auto r = make_sample(sut.arrays());
  task_options there;
  there.worker = 0;
  for (int i = 0; i < 5; ++i) {
    r.set(done, false);
    const auto lost = sut.submit<void>(there, "record_write_on", r);
    REQUIRE(test::eventually([&] { return r.get<bool>(done); }));
    sut.signal_worker(0, SIGKILL);
    CHECK_THROWS_AS(lost.get(), task_error);
    CHECK(r.get<std::string>(note).find_first_not_of('x') == std::string::npos);
    sut.submit<void>("record_work", r, std::int64_t{1}, "next").get();
    CHECK(r.get<std::string>(note) == "last was next");
  }
}

TEST_CASE("what is no record is refused before the kernel runs, in words that name kernel and argument") {
  const test::nothing_left after;
  node sut(two_workers());
  CHECK(text_of_failure(sut.submit<std::string>("record_meet", sut.zeros<double>({3}), "x")) ==
        "record_meet: argument 1: expected record, got array float64[3]");
  const auto bytes =
      text_of_failure(sut.submit<std::string>("record_meet", sut.zeros<std::uint8_t>({300}), "x"));
  CHECK(bytes ==
        "record_meet: argument 1: this is no record: it does not begin as one; make it with make_record");
}

TEST_CASE("a record is published and attached as the block of bytes that it is") {
  const test::nothing_left after;
  const test::scratch_directory folder("record");
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  auto settings = two_workers();
  settings.runtime_dir = folder.path();
  node sut(settings);
  const auto r = make_sample(sut.arrays());
  sut.publish("sample", r.block(), pinion::access::write);
  const record attached{any_view(sut.attach<std::uint8_t>("sample"))};
  attached.set(note, "from afar");
  CHECK(attached.fetch_add(count, 3) == 0);
  CHECK(r.get<std::string>(note) == "from afar");
  CHECK(r.get<std::int64_t>(count) == 3);
}
