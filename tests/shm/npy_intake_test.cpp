// A .npy that comes in pieces: it ends up as the array that load_npy makes of it, however it was cut.
#include <pinion/shm/npy_intake.hpp>

#include <cstring>
#include <doctest/doctest.h>
#include <random>
#include <stdexcept>

#include <pinion/shm/error.hpp>
#include <pinion/shm/npy.hpp>

#include "support/files.hpp"
#include "support/scratch_directory.hpp"
#include "support/seed.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

std::string bytes_of(const any_view& what) {
  return {static_cast<const char*>(what.data), byte_count(what.shape(), what.type)};
}

std::string npy_of(const any_array& what, const scratch_directory& files) {
  const auto path = files.path() / "a.npy";
  save_npy(path, what);
  return read_file(path);
}

npy_intake::promise named(std::string name = "x") { return {std::move(name), std::nullopt, {}}; }

// In pieces of 1 to `most` bytes.
template <class Random>
any_array take_in_pieces(store& into, std::string_view all, std::size_t most, Random& random) {
  npy_intake sut(into, named());
  std::uniform_int_distribution<std::size_t> sizes(1, most);
  while (!all.empty()) {
    const auto size = std::min(sizes(random), all.size());
    sut.take({all.data(), size});
    all.remove_prefix(size);
  }
  return sut.finish();
}

const std::string three = [] {
  const std::string dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n";
  std::string result = "\x93NUMPY";
  result += {'\1', '\0', static_cast<char>(dictionary.size()), '\0'};
  const double elements[] = {1, 2, 3};
  return result + dictionary + std::string(reinterpret_cast<const char*>(elements), sizeof elements);
}();

} // namespace

TEST_CASE("a .npy in pieces becomes the array that was saved, of every type and order") {
  nothing_left after;
  scratch_directory files("intake");
  store arrays;
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  for (int number = 1; number <= 13; ++number)
    for (const auto& shape : {extents{}, extents{0}, extents{7}, extents{33, 5, 21}})
      for (const auto lie : {order::c, order::fortran}) {
        auto a = arrays.make(static_cast<dtype>(number), shape, fill::zero, lie);
        auto* const data = static_cast<unsigned char*>(a.view().data);
        for (std::size_t i = 0; i < byte_count(shape, a.type()); ++i)
          data[i] = static_cast<unsigned char>(number == 1 ? i % 2 : i * 7);
        CAPTURE(number);
        for (const std::size_t most : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 20U}) {
          const auto b = take_in_pieces(arrays, npy_of(a, files), most, random);
          CHECK(b.type() == a.type());
          CHECK(b.shape() == a.shape());
          CHECK(b.view().lay.strides == a.view().lay.strides);
          CHECK(bytes_of(b) == bytes_of(a));
        }
      }
}

TEST_CASE("a large .npy is written by its segment's file, and is the same") {
  nothing_left after;
  scratch_directory files("intake");
  store arrays;
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  auto a = arrays.empty<std::uint32_t>({5'000'001}); // 20 MB, and no whole number of buffers
  for (std::uint32_t i = 0; i < 5'000'001; ++i)
    a.view().data()[i] = i * 2654435761U;
  const auto b = take_in_pieces(arrays, npy_of(a, files), std::size_t{1} << 20U, random);
  CHECK(bytes_of(b) == bytes_of(a));
}

TEST_CASE("elements in the other byte order are turned round, though they come cut") {
  nothing_left after;
  store arrays;
  auto swapped = three;
  swapped.replace(swapped.find("<f8"), 3, ">f8");
  for (auto at = swapped.end() - 24; at != swapped.end(); at += 8)
    std::reverse(at, at + 8);
  for (std::size_t cut = 1; cut < swapped.size(); ++cut) {
    npy_intake sut(arrays, named());
    sut.take({swapped.data(), cut});
    sut.take({swapped.data() + cut, swapped.size() - cut});
    CHECK(bytes_of(sut.finish()) == three.substr(three.size() - 24));
  }
}

TEST_CASE("a .npy that ends too early is refused, wherever it ends, and leaves nothing") {
  nothing_left after;
  store arrays;
  for (std::size_t size = 0; size < three.size(); ++size) {
    CAPTURE(size);
    npy_intake sut(arrays, named());
    sut.take({three.data(), size});
    const auto why = error_of([&] { sut.finish(); });
    CHECK(why.reason() == shm_errc::bad_npy);
    CHECK(contains(why.what(), size == 0 ? "x: it is empty" : "x: it is cut"));
  }
  CHECK(arrays.stats().blocks == 0);
}

TEST_CASE("what follows after the elements is refused, and so is what is no .npy") {
  nothing_left after;
  store arrays;
  {
    npy_intake sut(arrays, named());
    CHECK(contains(error_of([&] { sut.take(three + "!"); }).what(), "x: more follows"));
  }
  {
    npy_intake sut(arrays, named());
    CHECK(contains(error_of([&] { sut.take(std::string_view("{\"args\": [1, 2]}")); }).what(),
                   "x: it is not a .npy file"));
  }
  CHECK(arrays.stats().blocks == 0);
}

TEST_CASE("what is no .npy is told so though it is shorter than any") {
  nothing_left after;
  store arrays;
  npy_intake sut(arrays, named());
  sut.take(std::string_view("hello"));
  CHECK(contains(error_of([&] { sut.finish(); }).what(), "x: it is not a .npy file"));
}

TEST_CASE("a size that is known and does not fit is refused before memory is taken") {
  nothing_left after;
  store arrays;
  for (const auto& [size, why] :
       {std::pair{three.size() - 1, "x: it is cut"}, std::pair{three.size() + 1, "x: 1 byte follow"}}) {
    npy_intake sut(arrays, {"x", size, [](std::uint64_t) { FAIL("it was asked for room"); }});
    const auto head = std::string_view(three).substr(0, three.size() - 24);
    CHECK(contains(error_of([&] { sut.take(head); }).what(), why));
  }
  npy_intake sut(arrays, {"x", three.size(), {}});
  sut.take(three);
  CHECK(bytes_of(sut.finish()).size() == 24);
}

TEST_CASE("who has it may say that its elements are too many") {
  nothing_left after;
  store arrays;
  std::uint64_t asked = 0;
  npy_intake sut(arrays, {"x", std::nullopt, [&](std::uint64_t elements) {
                            asked = elements;
                            throw std::length_error("too many");
                          }});
  CHECK_THROWS_AS(sut.take(three), std::length_error);
  CHECK(asked == 24);
  CHECK(arrays.stats().blocks == 0);
}

TEST_CASE("a full store refuses a .npy with needed and free, at its header") {
  nothing_left after;
  store_options small;
  small.limit = std::uint64_t{4} << 20U;
  store arrays(small);
  auto large = three.substr(0, 10) + "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999,),}";
  large[8] = static_cast<char>(large.size() - 10);
  npy_intake sut(arrays, named());
  CHECK_THROWS_AS(sut.take(large), no_space_error);
}
