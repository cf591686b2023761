// NumPy writes files that we read, and reads files that we wrote: tests/system/numpy_files.py is the other
// half.
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

TEST_CASE("files that NumPy wrote are read: every type, order of axes, order of bytes and version") {
  nothing_left after;
  if (!has_numpy())
    return;
  scratch_directory files("numpy");
  REQUIRE(run_script("write", files.path()));
  store arrays;
  int read = 0;
  for_each_type([&]<class T>(T) {
    for (const auto& shape : numpy_shapes)
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
    for (const auto& shape : numpy_shapes) {
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
