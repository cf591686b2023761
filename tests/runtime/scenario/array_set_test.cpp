#include <pinion/runtime/scenario/array_set.hpp>

#include <doctest/doctest.h>

#include <pinion/runtime/error.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/npz.hpp>

#include "support/scratch_directory.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::scenario;

namespace {

array_spec from_file(const std::string& file) {
  array_spec spec;
  spec.name = "a";
  spec.file = file;
  return spec;
}

bool refused(store& in, const array_spec& spec, const std::filesystem::path& folder) {
  try {
    array_set(in, {spec}, folder, [] {});
  } catch (const std::system_error& why) {
    return why.code() == runtime_errc::scenario_error;
  }
  return false;
}

} // namespace

TEST_CASE("scenario arrays: a file beside the scenario is read by its kind") {
  test::nothing_left after;
  const test::scratch_directory folder("array-set");
  store arrays;
  auto values = arrays.zeros<double>({2, 3});
  values(1, 2) = 4;
  save_npy(folder / "a.npy", values);
  save_npz(folder / "one.npz", {{"x", values.view()}});
  save_npz(folder / "two.npz", {{"x", values.view()}, {"y", values.row(1)}});
  save_raw(folder / "a.bin", values);
  auto bare = from_file("a.bin");
  bare.type = "float64";
  bare.shape = {2, -1};
  auto member = from_file("two.npz");
  member.member = "x";
  for (const auto& spec : {from_file("a.npy"), from_file("one.npz"), member, bare}) {
    CAPTURE(spec.file);
    const array_set sut(arrays, {spec}, folder.path(), [] {});
    CHECK(sut.at("a").shape() == extents{2, 3});
    CHECK(sut.at("a").as<double>()(1, 2) == 4);
  }
  member.member = "z";
  for (const auto& spec : {from_file("two.npz"), member, from_file("none.npz"), from_file("a.bin")}) {
    CAPTURE(spec.file);
    CHECK(refused(arrays, spec, folder.path()));
  }
}
