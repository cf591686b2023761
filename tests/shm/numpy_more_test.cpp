// NumPy writes .npz files and bare elements that we read, and reads what we wrote; the script is the other
// half.
#include <algorithm>
#include <bit>
#include <doctest/doctest.h>
#include <map>
#include <string>

#include <pinion/shm/npz.hpp>
#include <pinion/shm/raw.hpp>

#include "support/numpy.hpp"
#include "support/scratch_directory.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

template <class T>
std::string name_for(const extents& shape, order lie) {
  return std::string(name_of(dtype_of<T>)) + '_' + to_string(shape) + (lie == order::c ? "_C" : "_F");
}

template <class T>
void require_elements(const array<T>& a, const extents& shape) {
  REQUIRE(a.shape() == shape);
  std::int64_t i = 0;
  for (const auto& value : a)
    REQUIRE((value == element_at<T>(i++)));
}

template <class T>
array<T> make_elements(store& in, const extents& shape, order lie) {
  auto made = in.make(dtype_of<T>, shape, fill::zero, lie).template as<T>();
  std::int64_t i = 0;
  for (auto& value : made)
    value = element_at<T>(i++);
  return made;
}

} // namespace

TEST_CASE("archives that NumPy wrote are read: stored, deflated, and written without going back") {
  nothing_left after;
  if (!has_numpy())
    return;
  scratch_directory files("numpy-npz");
  REQUIRE(run_script("write_more", files.path()));
  store arrays;
  for (const char* file : {"stored.npz", "deflated.npz", "streamed.npz"}) {
    CAPTURE(std::string(file));
    const auto all = load_npz(arrays, files / file);
    REQUIRE(all.size() == 13 * 7 * 2);
    for_each_type([&]<class T>(T) {
      for (const auto& shape : numpy_shapes)
        for (auto lie : {order::c, order::fortran}) {
          const auto name = name_for<T>(shape, lie);
          CAPTURE(name);
          const auto a = all.at(name).template as<T>();
          require_elements<T>(a, shape);
          REQUIRE((lie == order::c ? contiguous(a.view().lay()) : f_contiguous(a.view().lay())));
        }
    });
  }
  CHECK(load_npz<double>(arrays, files / "unnamed.npz", "arr_0")(2) == 2);
  CHECK(list_npz(files / "none.npz").empty());
  const auto refused = list_npz(files / "refused.npz");
  REQUIRE(refused.size() == 3);
  CHECK(refused[0].fault == "");
  CHECK(contains(refused[1].fault, "strings"));
  CHECK(contains(refused[2].fault, "Python objects"));
}

TEST_CASE("archives that we wrote are read by NumPy, and found whole by Python's zipfile") {
  nothing_left after;
  if (!has_numpy())
    return;
  scratch_directory files("numpy-npz");
  store arrays;
  std::map<std::string, any_view> all;
  for_each_type([&]<class T>(T) {
    for (const auto& shape : numpy_shapes)
      for (auto lie : {order::c, order::fortran})
        all[name_for<T>(shape, lie)] = make_elements<T>(arrays, shape, lie).view();
  });
  save_npz(files / "stored.npz", all);
  save_npz(files / "deflated.npz", all, npz_packing::deflated);
  CHECK(run_script("check_more", files.path()));
}

TEST_CASE("bare elements go to and fro: every type, in both orders of axes and of bytes") {
  nothing_left after;
  if (!has_numpy())
    return;
  scratch_directory files("numpy-raw"), ours("numpy-raw-ours");
  REQUIRE(run_script("write_more", files.path()));
  store arrays;
  for_each_type([&]<class T>(T) {
    for (const auto& shape : numpy_shapes)
      for (auto lie : {order::c, order::fortran})
        for (auto bytes : {std::endian::little, std::endian::big}) {
          const auto name =
              name_for<T>(shape, lie) + (bytes == std::endian::big ? "_big" : "_little") + ".bin";
          CAPTURE(name);
          const auto a = load_raw<T>(arrays, files / name, shape, {4, lie, bytes});
          require_elements<T>(a, shape);
          save_raw(ours / name, a, lie, bytes);
        }
  });
  CHECK(run_script("check_more", ours.path()));
}
