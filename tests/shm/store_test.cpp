#include <pinion/shm/store.hpp>

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <random>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/segment_file.hpp>

#include "support/child.hpp"
#include "support/seed.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

constexpr std::int64_t mebibyte = 1 << 20;

bool all_zero(const any_view& v) {
  const auto* bytes = static_cast<const std::byte*>(v.data);
  return std::all_of(bytes, bytes + byte_count(v.shape(), v.type),
                     [](std::byte b) { return b == std::byte{0}; });
}

// How many of these pages this process has in its page table (proc_pid_pagemap(5): bit 63).
std::size_t present_pages(const void* begin, std::size_t size) {
  const descriptor table(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  std::vector<std::uint64_t> entries(size / 4096);
  const auto at = static_cast<off_t>(reinterpret_cast<std::uintptr_t>(begin) / 4096 * sizeof entries[0]);
  const auto bytes = static_cast<ssize_t>(entries.size() * sizeof entries[0]);
  REQUIRE(::pread(table.get(), entries.data(), static_cast<std::size_t>(bytes), at) == bytes);
  return static_cast<std::size_t>(
      std::count_if(entries.begin(), entries.end(), [](auto entry) { return (entry >> 63) != 0; }));
}

} // namespace

TEST_CASE("a store without arrays has no segment") {
  nothing_left after;
  store sut;
  CHECK(shm_left().empty());
  CHECK(sut.stats().segments == 0);
}

TEST_CASE("the first array makes one small segment, and the next small ones share it") {
  nothing_left after;
  store sut;
  auto a = sut.zeros<double>({10, 10});
  auto b = sut.zeros<float>({3});
  CHECK(shm_left().size() == 1);
  CHECK(a.ref().segment == b.ref().segment);
  CHECK(sut.stats().reserved == mebibyte);
  CHECK(sut.stats().blocks == 2);
  CHECK(sut.stats().used == 832 + 64);
}

TEST_CASE("arrays of every type and shape have their elements, aligned to 64 bytes") {
  nothing_left after;
  store sut;
  for (int number = 1; number <= 13; ++number)
    for (const auto& shape : {extents{}, extents{0}, extents{7}, extents{3, 0, 2}, extents{2, 3, 4}}) {
      auto made = sut.make(static_cast<dtype>(number), shape, fill::zero);
      CAPTURE(describe(made.type(), shape));
      CHECK(made.shape() == shape);
      CHECK(made.size() == element_count(shape));
      CHECK(reinterpret_cast<std::uintptr_t>(made.view().data) % 64 == 0);
      CHECK(all_zero(made.view()));
      CHECK(made.view().writable);
    }
}

TEST_CASE("an array in Fortran order has its first axis run fastest") {
  nothing_left after;
  store sut;
  auto made = sut.make(dtype::int32, {2, 3}, fill::none, order::fortran).as<int>();
  CHECK(made.view().strides() == extents{1, 2});
  CHECK(&made(1, 2) - made.data() == 5);
}

TEST_CASE("zeros are zero also where an old array lay") {
  nothing_left after;
  store sut;
  auto keep = sut.zeros<std::uint8_t>({64});
  auto old = sut.empty<std::uint8_t>({1000});
  std::memset(old.data(), 0xff, 1000);
  auto* where = old.data();
  old = {};
  auto again = sut.zeros<std::uint8_t>({2000});
  REQUIRE(again.data() == where);
  CHECK(all_zero(again.view()));
}

TEST_CASE("copies and views keep the block, and the last of them frees it") {
  nothing_left after;
  store sut;
  auto a = sut.zeros<double>({4, 4});
  auto copy = a;
  auto row = a.row(2);
  a = {};
  copy = {};
  CHECK(sut.stats().blocks == 1);
  row(1) = 5;
  CHECK(row(1) == 5);
  row = {};
  CHECK(sut.stats().blocks == 0);
  CHECK(sut.stats().used == 0);
}

TEST_CASE("a big array has a segment to itself, which goes with it") {
  nothing_left after;
  store sut;
  std::vector<std::string> retired;
  sut.on_retire([&](const std::string& name) { retired.push_back(name); });
  auto big = sut.zeros<std::uint8_t>({16 * mebibyte});
  auto name = big.ref().segment;
  CHECK(sut.stats().reserved == static_cast<std::uint64_t>(16 * mebibyte + 4096));
  CHECK(shm_left() == std::vector{name});
  big = {};
  CHECK(shm_left().empty());
  CHECK(retired == std::vector{name});
  CHECK(sut.stats().reserved == 0);
}

TEST_CASE("one emptied segment is kept for the next array, a second one is not") {
  nothing_left after;
  store sut;
  int retired = 0;
  sut.on_retire([&](const std::string&) { ++retired; });
  std::optional first = sut.zeros<std::uint8_t>({mebibyte - 8192});
  std::optional second = sut.zeros<std::uint8_t>({mebibyte});
  CHECK(shm_left().size() == 2);
  auto small = first->ref().segment;
  first.reset();
  CHECK(shm_left().size() == 2);
  second.reset();
  CHECK(retired == 1);
  REQUIRE(shm_left().size() == 1);
  CHECK(shm_left()[0] != small);
  sut.zeros<int>({5});
  CHECK(shm_left().size() == 1);
}

TEST_CASE("an array outlives its store, but its name does not") {
  nothing_left after;
  std::optional<store> sut(std::in_place);
  auto small = sut->zeros<int>({100});
  auto big = sut->zeros<std::uint8_t>({16 * mebibyte});
  sut.reset();
  CHECK(shm_left().empty());
  small(99) = 7;
  big(16 * mebibyte - 1) = 8;
  CHECK(small(99) == 7);
  CHECK(big(16 * mebibyte - 1) == 8);
}

TEST_CASE("a retired mapping is given to whoever buries them") {
  nothing_left after;
  std::vector<std::shared_ptr<const void>> grave;
  store_options options;
  options.bury = [&](std::shared_ptr<const void> mapping) { grave.push_back(std::move(mapping)); };
  store sut(std::move(options));
  auto big = sut.zeros<std::uint8_t>({16 * mebibyte});
  auto* data = big.data();
  data[5] = 9;
  big = {};
  REQUIRE(grave.size() == 1);
  CHECK(shm_left().empty());
  CHECK(data[5] == 9);
}

TEST_CASE("the limit is kept to the byte and named in the error") {
  nothing_left after;
  store_options options;
  options.limit = 3 * mebibyte;
  store sut(options);
  auto a = sut.zeros<std::uint8_t>({mebibyte});
  try {
    sut.zeros<std::uint8_t>({2 * mebibyte});
    FAIL("the limit was passed");
  } catch (const no_space_error& e) {
    CHECK(e.limit() == options.limit);
    CHECK(e.needed() >= static_cast<std::uint64_t>(2 * mebibyte));
    CHECK(e.free() == options.limit - sut.stats().reserved);
    CHECK(contains(e.what(), "3.00 MiB"));
  }
  auto b = sut.zeros<std::uint8_t>({mebibyte});
  CHECK(sut.stats().reserved <= options.limit);
}

TEST_CASE("a limit smaller than the first segment still gives small arrays") {
  nothing_left after;
  store_options options;
  options.limit = 100000;
  store sut(options);
  auto a = sut.zeros<std::uint8_t>({50000});
  CHECK(sut.stats().reserved <= options.limit);
  CHECK(reason_of([&] { sut.zeros<std::uint8_t>({60000}); }) == shm_errc::no_space);
}

TEST_CASE("the segment kept for later gives way to a big array that needs its room") {
  nothing_left after;
  store_options options;
  options.limit = 17 * mebibyte;
  store sut(options);
  sut.zeros<std::uint8_t>({2 * mebibyte});
  CHECK(sut.stats().segments == 1);
  auto big = sut.zeros<std::uint8_t>({16 * mebibyte});
  CHECK(sut.stats().segments == 1);
}

TEST_CASE("shapes that cannot be are refused before any memory is asked for") {
  nothing_left after;
  store sut;
  CHECK(reason_of([&] { sut.zeros<double>({-1}); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { sut.zeros<double>({std::int64_t{1} << 61}); }) == shm_errc::overflow);
  CHECK(reason_of([&] { sut.zeros<std::uint8_t>({std::numeric_limits<std::int64_t>::max()}); }) ==
        shm_errc::overflow);
  CHECK(reason_of([&] { sut.make(static_cast<dtype>(77), {1}); }) == shm_errc::wrong_type);
  CHECK(sut.stats().segments == 0);
  CHECK(sut.stats().blocks == 0);
}

TEST_CASE("an array handle of another type is refused") {
  nothing_left after;
  store sut;
  any_array sized = sut.zeros<std::int64_t>({3});
  CHECK(sized.as<std::int64_t>().size() == 3);
  CHECK(reason_of([&] { sized.as<double>(); }) == shm_errc::wrong_type);
  CHECK(reason_of([&] { array<int>().ref(); }) == shm_errc::not_shared);
}

TEST_CASE("arrays that are made and dropped in any order never overlap and keep their elements") {
  nothing_left after;
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  store sut;
  std::vector<std::pair<array<std::uint32_t>, std::uint32_t>> live;
  for (std::uint32_t step = 1; step <= 1500; ++step) {
    if (live.empty() || between(random, 0, 99) < 55) {
      auto made = between(random, 0, 1) == 0 ? sut.zeros<std::uint32_t>({between(random, 0, 30000)})
                                             : sut.empty<std::uint32_t>({between(random, 0, 300)});
      std::fill(made.begin(), made.end(), step);
      live.emplace_back(made, step);
    } else {
      auto which = between(random, 0, static_cast<std::int64_t>(live.size()) - 1);
      std::swap(live[static_cast<std::size_t>(which)], live.back());
      auto& [gone, mark] = live.back();
      auto span = gone.span();
      REQUIRE(std::all_of(span.begin(), span.end(), [mark = mark](auto value) { return value == mark; }));
      live.pop_back();
    }
    REQUIRE(sut.stats().blocks == live.size());
  }
  live.clear();
  CHECK(sut.stats().segments <= 1);
}

TEST_CASE("threads that make and drop arrays at once do not disturb each other") {
  nothing_left after;
  store sut;
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        std::mt19937_64 random(static_cast<std::uint64_t>(t));
        std::vector<array<int>> live;
        for (int step = 0; step < 300; ++step) {
          auto made = sut.zeros<int>({between(random, 1, 20000)});
          wrong +=
              static_cast<int>(std::count_if(made.begin(), made.end(), [](int value) { return value != 0; }));
          std::fill(made.begin(), made.end(), t + 1);
          live.push_back(made);
          if (live.size() > 5) {
            wrong += static_cast<int>(std::count_if(live.front().begin(), live.front().end(),
                                                    [&](int value) { return value != t + 1; }));
            live.erase(live.begin());
          }
        }
      });
  }
  CHECK(wrong == 0);
  CHECK(sut.stats().blocks == 0);
}

TEST_CASE("a full store says how much is free, in how large a piece, and who holds the most") {
  nothing_left after;
  store_options small;
  small.limit = 8 * mebibyte;
  store sut(small);
  auto big = sut.zeros<double>({4, 100'000});
  auto copy = big;
  CHECK(sut.label(big.row(2), "prices.npy"));
  std::vector<array<float>> others;
  for (int i = 0; i < 4; ++i)
    others.push_back(sut.zeros<float>({1000 * (i + 1)}));
  try {
    static_cast<void>(sut.zeros<double>({1'000'000}));
    FAIL("it was granted");
  } catch (const no_space_error& why) {
    const std::string text = why.what();
    CAPTURE(text);
    CHECK(contains(text, "of its limit of 8.00 MiB"));
    CHECK(contains(text, "7.64 MiB needed"));
    CHECK(contains(text, "most is held by float64[4,100000] (3.05 MiB, prices.npy, held 2 times, 0 s old), "
                         "float32[4000] (15.6 KiB, held once, 0 s old), float32[3000]"));
    CHECK(contains(text, "and 2 more"));
    CHECK(why.largest() > 0);
    CHECK(contains(text, "a largest free block of " + readable_size(why.largest())));
  }
}

TEST_CASE("a store lists the arrays that live, with their sizes, names and holders") {
  nothing_left after;
  store sut;
  CHECK(sut.list().empty());
  auto a = sut.zeros<double>({3, 5});
  {
    const auto b = sut.zeros<std::uint8_t>({7});
    CHECK(sut.list().size() == 2);
  }
  const auto slice = a.slice(0, 1, 2);
  REQUIRE(sut.list().size() == 1);
  const auto only = sut.list()[0];
  CHECK(only.shape == extents{3, 5});
  CHECK(only.type == dtype::float64);
  CHECK(only.bytes == 128);
  CHECK(only.holders == 2);
  CHECK(only.segment == a.ref().segment);
  CHECK(only.offset == a.ref().offset);
  store other;
  CHECK(!other.label(a, "mine"));
  // It is read in listings and in errors of one line.
  REQUIRE(sut.label(a, "two\nlines \x1b[31m\x7f"));
  CHECK(sut.list()[0].label == "two?lines ?[31m?");
}

TEST_CASE("a large array that is to be written through its file has all its pages, and none in the mapping") {
  nothing_left after;
  for (const auto kind : {backing::named, backing::memfd}) {
    store_options options;
    options.kind = kind;
    store sut(options);
    const auto made = sut.make(dtype::uint8, {20 << 20}, fill::by_file);
    const auto bytes = made.as<std::uint8_t>();
    const auto file = open_segment(made.ref().segment, access::write);
    struct stat facts {};
    REQUIRE(::fstat(file.file.get(), &facts) == 0);
    CHECK(facts.st_blocks * 512 >= facts.st_size);
    CHECK(present_pages(bytes.data(), static_cast<std::size_t>(bytes.size())) <= 1); // that of the header
    const std::string text(1 << 20, '\7');
    REQUIRE(::pwrite(file.file.get(), text.data(), text.size(), static_cast<off_t>(made.ref().offset)) ==
            static_cast<ssize_t>(text.size()));
    CHECK(std::count(bytes.begin(), bytes.end(), 7) == 1 << 20);
  }
}
