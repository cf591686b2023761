// A /dev/shm of another size, in a child with a mount namespace of its own, so that what goes wrong here
// fills nothing but it.
#include <atomic>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <thread>
#include <vector>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/store.hpp>

#include "support/child.hpp"
#include "support/scratch_directory.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

void write_text(const char* path, const std::string& text) {
  descriptor file(::open(path, O_WRONLY | O_CLOEXEC));
  [[maybe_unused]] const auto written = ::write(file.get(), text.data(), text.size());
}

// False when this machine does not let us.
bool own_shm(const std::string& size) {
  auto uid = std::to_string(::geteuid());
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
      return false;
    write_text("/proc/self/uid_map", uid + ' ' + uid + " 1");
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", "/dev/shm", "tmpfs", 0, ("size=" + size).c_str()) == 0;
}

void with_shm_of(const std::string& size, const std::function<void()>& body) {
  child process([&] {
    if (!own_shm(size)) {
      child::say("not permitted");
      return;
    }
    child::say("mounted");
    body();
  });
  if (process.line() == "not permitted")
    MESSAGE("skipped: mounting a tmpfs is not permitted here");
  CHECK(process.wait() == 0);
}

void with_small_shm(const std::function<void()>& body) { with_shm_of("1m", body); }

} // namespace

TEST_CASE("a full /dev/shm is an error with needed, free and limit, never a SIGBUS") {
  nothing_left after;
  with_small_shm([] {
    store sut;
    auto first = sut.zeros<std::uint8_t>({500000});
    std::fill(first.begin(), first.end(), std::uint8_t{1});
    try {
      sut.zeros<std::uint8_t>({900000});
      must(false, "900 kB fitted into what was left of 1 MiB");
    } catch (const no_space_error& e) {
      must(e.limit() == 1 << 20, "limit " + std::to_string(e.limit()));
      must(e.needed() >= 900000 && e.needed() < 910000, "needed " + std::to_string(e.needed()));
      must(e.free() < 900000, "free " + std::to_string(e.free()));
      must(contains(e.what(), "of 1.00 MiB") && contains(e.what(), "needed"), e.what());
    }
    must(shm_left().size() == 1, "the failed segment has left its name");
    must(first(499999) == 1, "the first array was hurt");
  });
}

TEST_CASE("a big array that does not fit leaves the small room for others") {
  nothing_left after;
  with_small_shm([] {
    store sut;
    for (std::int64_t size : {std::int64_t{64} << 20, std::int64_t{1} << 50})
      must(reason_of([&] { sut.zeros<std::uint8_t>({size}); }) == shm_errc::no_space,
           readable_size(static_cast<std::uint64_t>(size)) + " fitted");
    must(shm_left().empty(), "a name is left");
    auto a = sut.zeros<std::uint8_t>({100});
    std::fill(a.begin(), a.end(), std::uint8_t{1});
  });
}

TEST_CASE("a segment becomes smaller than planned when only less is free") {
  nothing_left after;
  with_small_shm([] {
    descriptor other(::shm_open("/other", O_CREAT | O_RDWR, 0600));
    must(::posix_fallocate(other.get(), 0, 700 << 10) == 0, "could not fill");
    store sut;
    auto a = sut.zeros<std::uint8_t>({200000});
    std::fill(a.begin(), a.end(), std::uint8_t{1});
    must(sut.stats().reserved <= 324 << 10, "reserved " + std::to_string(sut.stats().reserved));
  });
}

TEST_CASE("a file that is bigger than /dev/shm is refused and leaves nothing") {
  nothing_left after;
  scratch_directory files("full");
  {
    store ample;
    save_npy(files / "big.npy", ample.zeros<double>({1 << 18}));
  }
  with_small_shm([&] {
    store sut;
    must(reason_of([&] { load_npy(sut, files / "big.npy"); }) == shm_errc::no_space,
         "2 MiB fitted into 1 MiB");
    must(shm_left().empty(), "a name is left");
    must(sut.stats().blocks == 0, "a block is left");
  });
}

TEST_CASE("a /dev/shm larger than the machine's memory is not filled until somebody is killed") {
  nothing_left after;
  with_shm_of("64t", [] {
    // Should it be filled all the same, this child is the one to go, and its /dev/shm with it.
    write_text("/proc/self/oom_score_adj", "1000");
    store sut;
    auto error = error_of([&] { sut.zeros<std::uint8_t>({std::int64_t{32} << 40}); });
    must(error.reason() == shm_errc::no_space && contains(error.what(), "of memory free"), error.what());
    must(shm_left().empty(), "a name is left");
    sut.zeros<std::uint8_t>({32 << 20});
  });
}

TEST_CASE("small arrays are not made of memory that the machine does not have, either") {
  nothing_left after;
  with_shm_of("64m", [] {
    {
      descriptor facts(::shm_open("/meminfo", O_CREAT | O_RDWR, 0600));
      const std::string text = "MemTotal: 100000 kB\nMemAvailable: 4000 kB\n";
      must(::write(facts.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()), "write");
    }
    must(::mount("/dev/shm/meminfo", "/proc/meminfo", nullptr, MS_BIND, nullptr) == 0, "mount");
    store sut;
    std::vector<any_array> all;
    try {
      // Until /dev/shm is full, if nobody looks at memory.
      for (;;)
        all.push_back(sut.make(dtype::uint8, {8 << 20}));
    } catch (const no_space_error& why) {
      must(contains(why.what(), "of memory free"), why.what());
    }
    sut.zeros<std::uint8_t>({1000});
  });
}

TEST_CASE("two who fill the last room at once have it one after the other or an error and never a SIGBUS") {
  nothing_left after;
  with_shm_of("100m", [] {
    std::atomic<int> had{0};
    const auto ask = [&] {
      store sut;
      for (int i = 0; i < 10; ++i)
        try {
          auto made = sut.empty<std::uint8_t>({std::int64_t{70} << 20});
          std::fill(made.begin(), made.end(), std::uint8_t{1});
          ++had;
        } catch (const no_space_error&) {
        }
    };
    std::thread other(ask);
    ask();
    other.join();
    must(had > 0, "nobody had any");
  });
}

TEST_CASE("an array that was dropped a moment ago makes room for the next, whoever unmaps it and when") {
  nothing_left after;
  with_shm_of("100m", [] {
    std::vector<std::jthread> diggers;
    store_options options;
    options.bury = [&](std::shared_ptr<const void> mapping) {
      diggers.emplace_back([mapping = std::move(mapping)]() mutable { mapping.reset(); });
    };
    store sut(options);
    for (int i = 0; i < 10; ++i) {
      auto made = sut.empty<std::uint8_t>({std::int64_t{70} << 20});
      std::fill(made.begin(), made.end(), std::uint8_t{1});
    }
  });
}

TEST_CASE("an array that was dropped makes room for the next also while a worker has it mapped still") {
  nothing_left after;
  with_shm_of("100m", [] {
    store_options options;
    options.bury = [](std::shared_ptr<const void> mapping) { mapping.reset(); };
    store sut(options);
    mapper worker;
    for (int i = 0; i < 3; ++i) {
      auto made = sut.empty<std::uint8_t>({std::int64_t{70} << 20});
      std::fill(made.begin(), made.end(), std::uint8_t{1});
      must(worker.open(made.ref(), access::read).as<const std::uint8_t>()(1000) == 1, "other elements");
    }
  });
}

TEST_CASE("memory without a name is not bounded by /dev/shm") {
  nothing_left after;
  for (const auto* size : {"1m", "64m"})
    with_shm_of(size, [] {
      store_options options;
      options.kind = backing::memfd;
      store sut(options);
      auto a = sut.zeros<std::uint8_t>({std::int64_t{96} << 20});
      std::fill(a.begin(), a.end(), std::uint8_t{1});
      must(a(a.size() - 1) == 1, "the last element is not there");
      must(shm_left().empty(), "a name is left");
    });
}

TEST_CASE("a /dev/shm of 64 MiB is filled with small and large arrays until an error and never a SIGBUS") {
  nothing_left after;
  with_shm_of("64m", [] {
    store sut;
    std::vector<array<std::uint8_t>> all;
    std::int64_t size = std::int64_t{20} << 20;
    while (size > 1000)
      try {
        all.push_back(sut.empty<std::uint8_t>({size}));
        std::fill(all.back().begin(), all.back().end(), std::uint8_t{1});
      } catch (const no_space_error& why) {
        must(contains(why.what(), "of 64.0 MiB"), why.what());
        size /= 3;
      }
    must(sut.stats().used > std::uint64_t{62} << 20, "used " + std::to_string(sut.stats().used));
  });
}
