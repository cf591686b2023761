#include <pinion/shm/raw.hpp>

#include <algorithm>
#include <complex>
#include <cstring>
#include <doctest/doctest.h>
#include <numeric>
#include <random>

#include "support/files.hpp"
#include "support/scratch_directory.hpp"
#include "support/seed.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::string_literals;

TEST_CASE("bare elements are read as they lie, from an offset, in either order of axes and of bytes") {
  nothing_left after;
  scratch_directory files("raw");
  store arrays;
  write_file(files / "a.bin", "headers"s + "\0\1\0\2\0\3\0\4\0\5\0\6"s);
  raw_format format;
  format.offset = 7;
  format.bytes = std::endian::big;
  auto a = load_raw<std::int16_t>(arrays, files / "a.bin", {2, 3}, format);
  CHECK(a(0, 2) == 3);
  CHECK(a(1, 0) == 4);
  format.lie = order::fortran;
  a = load_raw<std::int16_t>(arrays, files / "a.bin", {2, 3}, format);
  CHECK(a(0, 1) == 3);
  CHECK(a(1, 0) == 2);
  CHECK(f_contiguous(a.view().lay()));
}

TEST_CASE("one extent of -1 takes what the file has") {
  nothing_left after;
  scratch_directory files("raw");
  store arrays;
  write_file(files / "a.bin", std::string(48, '\0'));
  CHECK(load_raw(arrays, files / "a.bin", dtype::float64, {-1}).shape() == extents{6});
  CHECK(load_raw(arrays, files / "a.bin", dtype::float64, {2, -1}).shape() == extents{2, 3});
  CHECK(load_raw(arrays, files / "a.bin", dtype::float32, {-1, 2, 2}).shape() == extents{3, 2, 2});
  raw_format format;
  format.offset = 48;
  CHECK(load_raw(arrays, files / "a.bin", dtype::float64, {-1, 5}, format).shape() == extents{0, 5});
}

TEST_CASE("a file of another size is refused with both figures, and nothing is left in the store") {
  nothing_left after;
  scratch_directory files("raw");
  store arrays;
  write_file(files / "a.bin", std::string(47, '\0'));
  const auto refusal = [&](const extents& shape, std::uint64_t offset = 0) {
    raw_format format;
    format.offset = offset;
    const auto error = error_of([&] { load_raw(arrays, files / "a.bin", dtype::float64, shape, format); });
    CHECK(error.reason() == shm_errc::wrong_size);
    CHECK(contains(error.what(), "a.bin"));
    return std::string(error.what());
  };
  CHECK(contains(refusal({6}), "a.bin: float64[6] takes 48 bytes, the file has 47 bytes"));
  CHECK(contains(refusal({5}), "float64[5] takes 40 bytes, the file has 47 bytes"));
  CHECK(contains(refusal({6}, 7), "float64[6] takes 48 bytes, the file has 40 bytes behind the first 7"));
  CHECK(contains(refusal({-1}), "float64[-1] takes a multiple of 8 bytes, the file has 47 bytes"));
  CHECK(contains(refusal({5}, 48), "to begin at byte 48, the file has 47 bytes"));
  CHECK(contains(refusal({1000000, 1000000}), "takes 8000000000000 bytes"));
  CHECK(arrays.stats().segments == 0);
}

TEST_CASE("a shape that cannot be is refused") {
  scratch_directory files("raw");
  store arrays;
  write_file(files / "a.bin", "");
  const auto reason = [&](const extents& shape, dtype type = dtype::float64) {
    return reason_of([&] { load_raw(arrays, files / "a.bin", type, shape); });
  };
  CHECK(reason({-1, -1}) == shm_errc::bad_shape);
  CHECK(reason({-2}) == shm_errc::bad_shape);
  CHECK(reason({-1, -2}) == shm_errc::bad_shape);
  CHECK(reason({0, -1}) == shm_errc::bad_shape);
  CHECK(reason({1LL << 40, 1LL << 40}) == shm_errc::overflow);
  CHECK(reason({1LL << 40, -1, 1LL << 40}) == shm_errc::overflow);
  CHECK(reason({1}, dtype{}) == shm_errc::wrong_type);
  CHECK(load_raw(arrays, files / "a.bin", dtype::float64, {0}).size() == 0);
}

TEST_CASE("what is no regular file is refused") {
  store arrays;
  CHECK(reason_of([&] { load_raw(arrays, "/dev/zero", dtype::int8, {1}); }) == shm_errc::file_failed);
  CHECK(reason_of([&] { load_raw(arrays, "/nowhere/a.bin", dtype::int8, {1}); }) == shm_errc::file_failed);
  CHECK(reason_of([&] { save_raw("/dev/null", arrays.zeros<int>({1})); }) == shm_errc::file_failed);
}

TEST_CASE("truth values that are neither 0 nor 1 become 1") {
  nothing_left after;
  scratch_directory files("raw");
  store arrays;
  write_file(files / "a.bin", "\0\1\2\xff"s);
  auto a = load_raw(arrays, files / "a.bin", dtype::boolean, {4});
  CHECK(std::memcmp(a.view().data, "\0\1\1\1", 4) == 0);
}

TEST_CASE("slices are saved in the order asked for and loaded as they were") {
  nothing_left after;
  scratch_directory files("raw");
  store arrays;
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  for (int round = 0; round < 200; ++round) {
    auto a = arrays.empty<std::complex<float>>({between(random, 0, 9), between(random, 1, 300), 3});
    std::iota(a.span().begin(), a.span().end(), 1.F);
    const auto stop = between(random, 0, a.shape()[1]);
    const auto part = round % 2 == 0 ? a.slice(1, 0, stop, between(random, 1, 4)).transpose()
                                     : a.slice(1, a.shape()[1] - 1, -1, -between(random, 1, 4));
    raw_format format;
    format.lie = round % 3 == 0 ? order::fortran : order::c;
    format.bytes = round % 5 == 0 ? std::endian::big : std::endian::little;
    save_raw(files / "a.bin", part, format.lie, format.bytes);
    CHECK(std::filesystem::file_size(files / "a.bin") == static_cast<std::uint64_t>(part.size()) * 8);
    const auto b = load_raw<std::complex<float>>(arrays, files / "a.bin", part.shape(), format);
    REQUIRE(std::equal(b.begin(), b.end(), part.begin(), part.end()));
  }
  CHECK(files_in(files.path()) == 1);
}
