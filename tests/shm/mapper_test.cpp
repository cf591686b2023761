#include <pinion/shm/mapper.hpp>

#include <cstring>
#include <doctest/doctest.h>
#include <numeric>
#include <optional>
#include <random>
#include <sys/mman.h>

#include <pinion/shm/segment_header.hpp>
#include <pinion/shm/segment_name.hpp>
#include <pinion/shm/store.hpp>

#include "support/child.hpp"
#include "support/seed.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

array<double> counted(store& in, const extents& shape) {
  auto made = in.zeros<double>(shape);
  std::iota(made.begin(), made.end(), 0.0);
  return made;
}

} // namespace

TEST_CASE("a reference opens as the very same elements, at another address") {
  nothing_left after;
  store owner;
  auto a = counted(owner, {3, 4});
  mapper sut;
  auto seen = sut.open(a.ref(), access::read).as<const double>();
  CHECK(seen.data() != a.data());
  CHECK(seen.shape() == a.shape());
  CHECK(std::equal(seen.begin(), seen.end(), a.begin(), a.end()));
  a(2, 3) = 99;
  CHECK(seen(2, 3) == 99);
  CHECK(seen.ref() == a.ref());
}

TEST_CASE("slices, transposes and axes turned round go through a reference") {
  nothing_left after;
  store owner;
  auto a = counted(owner, {4, 6});
  mapper sut;
  for (const auto& part : {a.slice(0, 3, -1, -1), a.slice(1, 5, 0, -2).transpose(), a.row(2), a.row(0).row(3),
                           a.slice(0, 2, 2), a.view().slice(1, 1, 6, 3)}) {
    auto seen = sut.open(part.ref(), access::read).as<const double>();
    CHECK(seen.shape() == part.shape());
    CHECK(std::equal(seen.begin(), seen.end(), part.begin(), part.end()));
  }
  CHECK(sut.mappings() == 1);
}

TEST_CASE("a segment is mapped once for each right") {
  nothing_left after;
  store owner;
  auto a = counted(owner, {3});
  auto b = counted(owner, {5});
  mapper sut;
  auto seen = sut.open(a.ref(), access::read);
  CHECK(sut.mappings() == 1);
  CHECK(sut.open(b.ref(), access::read).source == seen.source);
  auto writable = sut.open(a.ref(), access::write);
  CHECK(sut.mappings() == 2);
  writable.as<double>()(1) = 42;
  CHECK(a(1) == 42);
  CHECK(seen.as<const double>()(1) == 42);
}

TEST_CASE("the right to read does not write, neither by the types nor by the page table") {
  nothing_left after;
  store owner;
  auto a = counted(owner, {3});
  mapper sut;
  auto seen = sut.open(a.ref(), access::read);
  CHECK(reason_of([&] { seen.as<double>(); }) == shm_errc::read_only);
  child process([&] {
    std::signal(SIGSEGV, SIG_DFL); // sanitizers have a handler of their own
    *static_cast<volatile double*>(seen.data) = 1;
  });
  CHECK(process.wait() == -SIGSEGV);
  CHECK(a(0) == 0);
}

TEST_CASE("another process writes through a reference, and the owner sees it") {
  nothing_left after;
  store owner;
  auto a = counted(owner, {100});
  auto ref = a.ref();
  child process([&] {
    mapper user;
    user.open(ref, access::write).as<double>()(77) = -1;
  });
  CHECK(process.wait() == 0);
  CHECK(a(77) == -1);
}

TEST_CASE("views outlive the mapper, and forget hurts none of them") {
  nothing_left after;
  store owner;
  auto a = counted(owner, {3});
  std::optional<mapper> sut(std::in_place);
  auto seen = sut->open(a.ref(), access::read).as<const double>();
  sut->forget(a.ref().segment);
  sut->forget("no such name");
  CHECK(sut->mappings() == 0);
  CHECK(seen(2) == 2);
  auto again = sut->open(a.ref(), access::read).as<const double>();
  sut.reset();
  CHECK(again(2) == 2);
}

TEST_CASE("a reference to a dropped array is stale when its segment was mapped, and else has no segment") {
  nothing_left after;
  mapper sut, fresh;
  array_ref ref;
  {
    store owner;
    auto a = counted(owner, {3});
    ref = a.ref();
    sut.open(ref, access::read);
  }
  CHECK(reason_of([&] { sut.open(ref, access::read); }) == shm_errc::stale_reference);
  CHECK(sut.mappings() == 0);
  CHECK(reason_of([&] { fresh.open(ref, access::read); }) == shm_errc::no_segment);
}

TEST_CASE("a mapper lets go of dropped segments when it maps the next, though nobody told it") {
  nothing_left after;
  store owner;
  mapper sut;
  for (int i = 0; i < 5; ++i)
    sut.open(owner.zeros<std::uint8_t>({16 << 20}).ref(), access::read);
  CHECK(sut.mappings() == 1);
}

TEST_CASE("prune drops what was retired or has lost its name, and nothing else") {
  nothing_left after;
  store owner;
  auto kept = counted(owner, {3});
  std::optional retired = owner.zeros<std::uint8_t>({16 << 20});
  std::optional nameless = owner.zeros<std::uint8_t>({16 << 20});
  mapper sut;
  sut.open(kept.ref(), access::read);
  sut.open(retired->ref(), access::read);
  sut.open(retired->ref(), access::write);
  sut.open(nameless->ref(), access::write);
  CHECK(sut.prune() == 0);
  retired.reset();
  ::shm_unlink(nameless->ref().segment.c_str());
  CHECK(sut.prune() == 3);
  CHECK(sut.mappings() == 1);
}

TEST_CASE("whatever a reference holds, it is refused or gives elements inside of the segment") {
  nothing_left after;
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  store owner;
  auto a = counted(owner, {6, 8});
  auto segment_size = static_cast<std::uint64_t>(owner.stats().reserved);
  mapper sut;
  auto number = [&]() -> std::int64_t {
    switch (between(random, 0, 4)) {
    case 0:
      return between(random, -10, 10);
    case 1:
      return between(random, -(1 << 20), 1 << 20);
    case 2:
      return std::int64_t{1} << between(random, 0, 62);
    case 3:
      return -(std::int64_t{1} << between(random, 0, 62));
    default:
      return static_cast<std::int64_t>(random());
    }
  };
  int opened = 0;
  for (int round = 0; round < 20000; ++round) {
    auto ref = a.ref();
    for (auto changes = between(random, 1, 3); changes > 0; --changes) {
      switch (between(random, 0, 7)) {
      case 0:
        ref.segment[static_cast<std::size_t>(between(
            random, 0, static_cast<std::int64_t>(ref.segment.size()) - 1))] = static_cast<char>(random());
        break;
      case 1:
        ref.incarnation = between(random, 0, 3) == 0 ? random() : ref.incarnation;
        break;
      case 2:
        ref.offset = static_cast<std::uint64_t>(number());
        break;
      case 3:
        ref.offset += static_cast<std::uint64_t>(number()) * 8;
        break;
      case 4:
        ref.type = static_cast<dtype>(random());
        break;
      case 5:
        ref.lay.shape[static_cast<std::size_t>(between(random, 0, 1))] = number();
        break;
      case 6:
        ref.lay.strides[static_cast<std::size_t>(between(random, 0, 1))] = number();
        break;
      default:
        (between(random, 0, 1) == 0 ? ref.lay.shape : ref.lay.strides).push_back(number());
      }
      if (ref.lay.shape.size() == max_rank || ref.lay.strides.size() == max_rank)
        break;
    }
    any_view seen;
    try {
      seen = sut.open(ref, access::read);
    } catch (const shm_error& e) {
      REQUIRE(std::strlen(e.what()) < 400);
      continue;
    }
    ++opened;
    REQUIRE(seen.source->size == segment_size);
    auto offset = static_cast<const std::byte*>(seen.data) - seen.source->base;
    auto span = byte_span_of(ref.lay, item_size(ref.type));
    REQUIRE(offset + span.low >= static_cast<std::int64_t>(segment_header_size));
    REQUIRE(static_cast<std::uint64_t>(offset + span.high) <= segment_size);
    // The ends were computed; touching them shows that they are mapped.
    if (span.high > 0) {
      static_cast<void>(*(static_cast<const volatile std::byte*>(seen.data) + span.low));
      static_cast<void>(*(static_cast<const volatile std::byte*>(seen.data) + span.high - 1));
    }
  }
  CHECK(opened > 100);
}

TEST_CASE("each way in which a reference can be wrong has its own sentence") {
  nothing_left after;
  store owner;
  auto a = counted(owner, {3, 4});
  mapper sut;
  auto refused = [&](auto change) {
    auto ref = a.ref();
    change(ref);
    return error_of([&] { sut.open(ref, access::read); });
  };
  CHECK(contains(refused([](auto& r) { r.segment = "/etc/passwd"; }).what(), "no segment of pinion"));
  CHECK(refused([](auto& r) { r.segment += '0'; }).reason() == shm_errc::no_segment);
  CHECK(refused([](auto& r) { ++r.incarnation; }).reason() == shm_errc::stale_reference);
  CHECK(contains(refused([](auto& r) { r.type = dtype{}; }).what(), "number 0"));
  CHECK(contains(refused([](auto& r) { r.offset += 4; }).what(), "not aligned"));
  CHECK(contains(refused([](auto& r) { r.offset = 0; }).what(), "below the first block"));
  CHECK(contains(refused([](auto& r) { r.lay.strides[0] = -4; }).what(), "below the first block"));
  CHECK(contains(refused([](auto& r) { r.lay.shape[0] = 1 << 20; }).what(), "beyond the segment's end"));
  CHECK(contains(refused([](auto& r) { r.offset = ~std::uint64_t{7}; }).what(), "too large"));
  CHECK(refused([](auto& r) { r.lay.shape[0] = -3; }).reason() == shm_errc::bad_shape);
  CHECK(refused([](auto& r) { r.lay.strides.erase(0); }).reason() == shm_errc::bad_shape);
  CHECK(refused([](auto& r) { r.lay.shape[0] = std::int64_t{1} << 62; }).reason() == shm_errc::overflow);
  auto name = *parse_segment_name(a.ref().segment);
  ++name.owner.uid;
  CHECK(contains(refused([&](auto& r) { r.segment = to_string(name); }).what(), "belongs to user"));
}
