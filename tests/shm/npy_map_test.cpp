#include <pinion/shm/npy_map.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <numeric>
#include <sys/resource.h>
#include <sys/stat.h>

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
using namespace std::string_literals;

namespace {

// 0, 1, 2, ... of that shape in that order.
std::filesystem::path ramp(const std::filesystem::path& path, const extents& shape, order lie = order::c) {
  store arrays;
  const auto a = arrays.make(dtype::float64, shape, fill::none, lie).as<double>();
  std::iota(a.begin(), a.end(), 0.0);
  save_npy(path, a);
  return path;
}

void write_npy(const std::filesystem::path& path, const std::string& descr, std::string dictionary_padding,
               const std::string& elements) {
  const auto dictionary =
      "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (2,), }" + dictionary_padding;
  auto bytes = "\x93NUMPY\x01"s + '\0';
  bytes += static_cast<char>(dictionary.size());
  bytes += '\0';
  std::ofstream(path, std::ios::binary) << bytes << dictionary << elements;
}

} // namespace

TEST_CASE("a mapped file is the array that was saved, in either order, and takes no shared memory") {
  nothing_left after;
  scratch_directory files("map");
  for (const auto lie : {order::c, order::fortran}) {
    const auto sut = map_npy<double>(ramp(files / "a.npy", {30, 40}, lie));
    CHECK(sut.shape() == extents{30, 40});
    CHECK(std::equal(sut.begin(), sut.end(),
                     load_npy<double>(*std::make_unique<store>(), files / "a.npy").begin()));
    CHECK(sut(29, 39) == 1199);
    CHECK(shm_left().empty());
  }
}

TEST_CASE("a mapped array keeps its elements when the file is removed or replaced") {
  scratch_directory files("map");
  const auto sut = map_npy<double>(ramp(files / "a.npy", {100}));
  ramp(files / "b.npy", {3});
  std::filesystem::rename(files / "b.npy", files / "a.npy");
  CHECK(sut(99) == 99);
  std::filesystem::remove(files / "a.npy");
  CHECK(sut(98) == 98);
}

TEST_CASE("another process is sent a mapped array, or a slice of it, as a reference and may only read it") {
  scratch_directory files("map");
  const auto whole = map_npy<double>(ramp(files / "a.npy", {100, 10}));
  const auto part = whole.slice(0, 99, -1, -3).slice(1, 1, 10, 4);
  const auto ref = part.ref();
  child reader([&] {
    mapper maps;
    const auto seen = maps.open(ref, access::read);
    const auto elements = seen.as<const double>();
    must(std::equal(elements.begin(), elements.end(), part.begin(), part.end()), "other elements");
    must(!seen.writable, "it may be written");
    must(reason_of([&] { maps.open(ref, access::write); }) == shm_errc::read_only,
         "it was opened for writing");
    must(maps.mappings() == 1, "mapped more than once");
  });
  CHECK(reader.wait() == 0);
}

TEST_CASE("a reference to a file that was written since is stale, and one to its new state is not") {
  scratch_directory files("map");
  mapper maps;
  const auto before = map_npy<double>(ramp(files / "a.npy", {100}));
  CHECK(maps.open(before.ref(), access::read).as<const double>()(5) == 5);
  ramp(files / "b.npy", {50});
  std::filesystem::rename(files / "b.npy", files / "a.npy");
  const auto now = map_npy<double>(files / "a.npy");
  CHECK(maps.open(now.ref(), access::read).as<const double>()(49) == 49);
  CHECK(maps.mappings() == 1);
  const auto error = error_of([&] { maps.open(before.ref(), access::read); });
  CHECK(error.reason() == shm_errc::stale_reference);
  CHECK(contains(error.what(), "changed since it was mapped"));
  std::filesystem::remove(files / "a.npy");
  mapper fresh;
  CHECK(reason_of([&] { fresh.open(now.ref(), access::read); }) == shm_errc::no_segment);
}

TEST_CASE("a file that is written or cut where it is mapped already is stale for whoever comes later") {
  scratch_directory files("map");
  mapper maps;
  const auto before = map_npy<double>(ramp(files / "a.npy", {1000})).ref();
  CHECK(maps.open(before, access::read).as<const double>()(999) == 999);
  SUBCASE("written") {
    // In place: the same file, of the same size.
    const descriptor file(::open((files / "a.npy").c_str(), O_WRONLY | O_CLOEXEC));
    const double value = -1;
    REQUIRE(::pwrite(file.get(), &value, sizeof value, static_cast<off_t>(before.offset)) == sizeof value);
    const timespec later[]{{1, 0}, {1, 0}}; // a clock may stand still for some milliseconds
    REQUIRE(::futimens(file.get(), later) == 0);
  }
  SUBCASE("cut") { std::filesystem::resize_file(files / "a.npy", 4096); }
  const auto error = error_of([&] { maps.open(before, access::read); });
  CHECK(error.reason() == shm_errc::stale_reference);
  CHECK(contains(error.what(), "changed since it was mapped"));
  CHECK(maps.mappings() == 0);
}

TEST_CASE("a file that is replaced while it is mapped is never read by the header of the other one") {
  scratch_directory files("map");
  store arrays;
  const auto whole = arrays.zeros<std::int64_t>({3});
  const auto real = arrays.zeros<double>({3});
  std::fill(whole.begin(), whole.end(), 7);
  std::fill(real.begin(), real.end(), 7.0);
  save_npy(files / "a.npy", whole);
  save_npy(files / "b.npy", real);
  REQUIRE(std::filesystem::file_size(files / "a.npy") == std::filesystem::file_size(files / "b.npy"));
  child other([&] {
    for (;;)
      for (const auto* one : {"a.npy", "b.npy"}) {
        std::filesystem::create_hard_link(files / one, files / "next.npy");
        std::filesystem::rename(files / "next.npy", files / "x.npy");
        std::filesystem::remove(files / "next.npy"); // rename() does nothing when both are one file
        child::say("replaced");
      }
  });
  int right = 0;
  for (int i = 0; i < 3000; ++i) {
    REQUIRE(other.line() == "replaced");
    try {
      const auto sut = map_npy(files / "x.npy");
      if (sut.type == dtype::int64)
        REQUIRE(sut.as<const std::int64_t>()(2) == 7);
      else
        REQUIRE(sut.as<const double>()(2) == 7);
      ++right;
    } catch (const shm_error& why) {
      REQUIRE(contains(why.what(), "changed while it was opened"));
    }
  }
  CHECK(right > 0);
}

TEST_CASE("references to files are checked like any other") {
  scratch_directory files("map");
  const auto good = map_npy<double>(ramp(files / "a.npy", {100})).ref();
  mapper maps;
  const auto refused = [&](auto change) {
    auto ref = good;
    change(ref);
    return reason_of([&] { maps.open(ref, access::read); });
  };
  CHECK(refused([](array_ref& r) { r.lay.shape[0] = 101; }) == shm_errc::bad_reference);
  CHECK(refused([](array_ref& r) { r.offset += 8; }) == shm_errc::bad_reference);
  CHECK(refused([](array_ref& r) { r.offset += 1; }) == shm_errc::bad_reference);
  CHECK(refused([](array_ref& r) { r.lay.strides[0] = -1; }) == shm_errc::bad_reference);
  CHECK(refused([](array_ref& r) { r.segment = "file:"; }) == shm_errc::bad_reference);
  CHECK(refused([](array_ref& r) { r.segment = "file:a.npy"; }) == shm_errc::bad_reference);
  CHECK(refused([](array_ref& r) { r.segment += "\0x"s; }) == shm_errc::bad_reference);
  CHECK(refused([](array_ref& r) { r.segment = "file:/dev/zero"; }) == shm_errc::bad_reference);
  CHECK(refused([](array_ref& r) { r.segment = "file:/tmp"; }) == shm_errc::bad_reference);
  CHECK(refused([&](array_ref& r) { r.segment = "file:" + (files / "none.npy").string(); }) ==
        shm_errc::no_segment);
  const auto pipe = files / "pipe.npy";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(refused([&](array_ref& r) { r.segment = "file:" + pipe.string(); }) == shm_errc::bad_reference);
  CHECK(maps.mappings() == 0);
}

TEST_CASE("what would have to be changed or checked is not mapped, and the error says to load it") {
  scratch_directory files("map");
  const auto refused = [&](const std::string& descr, const std::string& padding, std::size_t bytes) {
    write_npy(files / "x.npy", descr, padding, std::string(bytes, '\1'));
    const auto error = error_of([&] { map_npy(files / "x.npy"); });
    CHECK(contains(error.what(), "load_npy"));
    return error.reason();
  };
  CHECK(refused(">f8", "\n", 16) == shm_errc::bad_npy);
  CHECK(refused("|b1", "\n", 2) == shm_errc::bad_npy);
  // A dictionary that is not padded: the elements begin anywhere.
  CHECK(refused("<f8", "", 16) == shm_errc::bad_npy);
  // That also is a valid file, so it can be loaded.
  store arrays;
  CHECK(load_npy(arrays, files / "x.npy").size() == 2);
  CHECK(reason_of([&] { map_npy<float>(ramp(files / "a.npy", {3})); }) == shm_errc::wrong_type);
  CHECK(reason_of([&] { map_npy(files / "none.npy"); }) == shm_errc::file_failed);
  CHECK(reason_of([&] { map_npy(files.path()); }) == shm_errc::file_failed);
}

TEST_CASE("an array without elements is mapped, too") {
  scratch_directory files("map");
  const auto sut = map_npy<double>(ramp(files / "a.npy", {0, 3}));
  CHECK(sut.empty());
  CHECK(sut.shape() == extents{0, 3});
  mapper maps;
  CHECK(maps.open(sut.ref(), access::read).size() == 0);
}
