// NumPy writes files that we read, and reads files that we wrote: tests/system/numpy_files.py is the other
// half.
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>

#include <pinion/shm/npy.hpp>

#include "support/numpy.hpp"
#include "support/scratch_directory.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

bool run_script(const std::string& verb, const std::filesystem::path& directory) {
  return std::system((python + " " PINION_SOURCE_DIR "/tests/system/numpy_files.py " + verb + " '" +
                      directory.string() + "'")
                         .c_str()) == 0;
}

// The same rule as in the script.
template <class T>
T element_at(std::int64_t i) {
  auto x = static_cast<double>(i);
  if constexpr (std::same_as<T, bool>)
    return i % 3 == 0;
  else if constexpr (std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>)
    return {static_cast<typename T::value_type>(x * 0.5 - 3), static_cast<typename T::value_type>(-x)};
  else if constexpr (std::floating_point<T>)
    return static_cast<T>(x * 0.5 - 3);
  else
    return static_cast<T>((i * 5 - (std::signed_integral<T> ? 60 : 0)) * (sizeof(T) == 8 ? 1000000007 : 1));
}

template <class Visit>
void for_each_type(Visit visit) {
  visit(bool{}), visit(std::int8_t{}), visit(std::int16_t{}), visit(std::int32_t{}), visit(std::int64_t{});
  visit(std::uint8_t{}), visit(std::uint16_t{}), visit(std::uint32_t{}), visit(std::uint64_t{});
  visit(float{}), visit(double{}), visit(std::complex<float>{}), visit(std::complex<double>{});
}

const extents shapes[] = {{}, {0}, {7}, {3, 4}, {2, 0, 3}, {2, 3, 4}, {1, 2, 1, 2, 1, 2, 1, 2}};

} // namespace

TEST_CASE("files that NumPy wrote are read: every type, order of axes, order of bytes and version") {
  nothing_left after;
  if (!has_numpy())
    return;
  scratch_directory files("numpy");
  REQUIRE(run_script("write", files.path()));
  store arrays;
  int read = 0;
  for_each_type([&]<class T>(T) {
    for (const auto& shape : shapes)
      for (const std::string lie : {"C", "F"})
        for (const std::string mark : {"little", "big"})
          for (int version : {1, 2, 3}) {
            auto name = std::string(name_of(dtype_of<T>)) + '_' + to_string(shape) + '_' + lie + '_' + mark +
                        "_v" + std::to_string(version) + ".npy";
            CAPTURE(name);
            auto a = load_npy<T>(arrays, files / name);
            REQUIRE(a.shape() == shape);
            REQUIRE((lie == "C" ? contiguous(a.view().lay()) : f_contiguous(a.view().lay())));
            std::int64_t i = 0;
            for (const auto& value : a)
              REQUIRE((value == element_at<T>(i++)));
            ++read;
          }
  });
  CHECK(read == 13 * 7 * 2 * 2 * 3);
}

TEST_CASE("what NumPy can save and we cannot hold is refused in words") {
  nothing_left after;
  if (!has_numpy())
    return;
  scratch_directory files("numpy");
  REQUIRE(run_script("write", files.path()));
  store arrays;
  const std::pair<const char*, const char*> cases[] = {
      {"object.npy", "Python objects"}, {"text.npy", "strings"},       {"date.npy", "dates"},
      {"record.npy", "records"},        {"half.npy", "size"},          {"rank.npy", "8 axes"},
      {"two.npy", "several arrays"},    {"zip.npz", "not a .npy file"}};
  for (const auto& refused : cases) {
    std::string file = refused.first;
    CAPTURE(file);
    auto error = error_of([&] { load_npy(arrays, files / ("refused_" + file)); });
    CHECK(error.reason() == shm_errc::bad_npy);
    CHECK(contains(error.what(), refused.second));
    CHECK(contains(error.what(), file));
  }
  CHECK(arrays.stats().segments == 0);
}

TEST_CASE(
    "files that we wrote are read by NumPy: every type, in C order, in Fortran order and from strides") {
  nothing_left after;
  if (!has_numpy())
    return;
  scratch_directory files("numpy");
  store arrays;
  for_each_type([&]<class T>(T) {
    for (const auto& shape : shapes) {
      auto base = std::string(name_of(dtype_of<T>)) + '_' + to_string(shape) + '_';
      auto save = [&](const view<T>& v, const char* kind) {
        std::int64_t i = 0;
        for (auto& value : v)
          value = element_at<T>(i++);
        save_npy(files / (base + kind + ".npy"), v);
      };
      save(arrays.zeros<T>(shape), "C");
      save(arrays.make(dtype_of<T>, shape, fill::zero, order::fortran).template as<T>(), "F");
      if (shape.empty())
        continue;
      auto wide = shape;
      wide[shape.size() - 1] = 3 * shape[shape.size() - 1];
      save(arrays.zeros<T>(wide).slice(shape.size() - 1, wide[shape.size() - 1] - 1, -1, -3), "S");
    }
  });
  CHECK(run_script("check", files.path()));
}
