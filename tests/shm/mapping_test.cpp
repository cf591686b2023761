#include <pinion/shm/mapping.hpp>

#include <cstring>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/stat.h>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/segment_header.hpp>
#include <pinion/shm/segment_name.hpp>
#include <pinion/shm/store.hpp>

#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

// Writes over a part of a segment's file, as no well-behaved process would.
void overwrite(const std::string& segment, std::size_t at, const void* data, std::size_t size) {
  descriptor file(::shm_open(segment.c_str(), O_RDWR, 0));
  REQUIRE(file);
  REQUIRE(::pwrite(file.get(), data, size, static_cast<off_t>(at)) == static_cast<ssize_t>(size));
}

} // namespace

TEST_CASE("a segment whose header is not what it should be is refused") {
  nothing_left after;
  store owner;
  auto a = owner.zeros<double>({3});
  auto name = a.ref().segment;
  segment_facts good{};
  std::memcpy(&good, reinterpret_cast<const std::byte*>(a.data()) - a.ref().offset, sizeof good);
  auto refused = [&](auto change) {
    auto bad = good;
    change(bad);
    overwrite(name, 0, &bad, sizeof bad);
    auto error = error_of([&] { mapper().open(a.ref(), access::read); });
    overwrite(name, 0, &good, sizeof good);
    return error;
  };
  CHECK(contains(refused([](auto& f) { f.magic = 0; }).what(), "does not begin"));
  CHECK(contains(refused([](auto& f) { f.version = 2; }).what(), "version 2"));
  CHECK(contains(refused([](auto& f) { f.size += 4096; }).what(), "but has"));
  CHECK(contains(refused([](auto& f) { f.size = 0; }).what(), "but has"));
  CHECK(contains(refused([](auto& f) { f.incarnation = 0; }).what(), "incarnation"));
  CHECK(refused([](auto& f) { ++f.incarnation; }).reason() == shm_errc::stale_reference);
  CHECK(mapper().open(a.ref(), access::read).size() == 3);
}

TEST_CASE("what is put under a segment's name without being one is refused, and never waited for") {
  nothing_left after;
  auto self = this_owner();
  array_ref ref{to_string(segment_name{self, 999999}), 1, 4096, dtype::uint8, c_order({1})};
  auto path = path_of(ref.segment);
  auto refused = [&] {
    auto reading = reason_of([&] { mapper().open(ref, access::read); });
    auto writing = reason_of([&] { mapper().open(ref, access::write); });
    std::filesystem::remove(path);
    return reading == shm_errc::bad_reference && writing == reading;
  };
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(refused());
  REQUIRE(::symlink("/etc/passwd", path.c_str()) == 0);
  CHECK(refused());
  REQUIRE(::mkdir(path.c_str(), 0700) == 0);
  CHECK(refused());
  for (off_t size : {0, 1, 4095, 4096, 1 << 20}) {
    CAPTURE(size);
    descriptor file(::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
    REQUIRE(::ftruncate(file.get(), size) == 0);
    CHECK(refused());
  }
}
