#include <doctest/doctest.h>

#include <string>

#include <pinion/runtime/cli/file_argument.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/npz.hpp>

#include "support/scratch_directory.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::cli;
using kind = file_argument::kind;

namespace {

std::string refusal(const std::string& text) {
  try {
    parse_file_argument(text);
  } catch (const usage_error& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST_CASE("a file argument is a .npy file unless it says otherwise") {
  for (const char* text : {"@x.npy", "@dir:x/y.npy", "@x", "@x[1].npy", "@a:b", "@x.npy:float64x",
                           "@:", "@x.npz.npy", "@:float64[3]", "@x:Float[3]"}) {
    const auto sut = parse_file_argument(text);
    CAPTURE(std::string(text));
    CHECK(sut.what == kind::npy);
    CHECK(sut.path == text + 1);
  }
}

TEST_CASE("an array of an archive is named behind a colon, and the only one need not be named") {
  auto sut = parse_file_argument("@dir/x.npz");
  CHECK(sut.what == kind::npz);
  CHECK(sut.path == "dir/x.npz");
  CHECK(sut.name == "");
  sut = parse_file_argument("@x.npz:a:b/c");
  CHECK(sut.path == "x.npz");
  CHECK(sut.name == "a:b/c");
  CHECK(refusal("@x.npz:") == "argument `@x.npz:`: the name of an array must follow the colon");
}

TEST_CASE("bare elements are given with type and shape, and with options where they are not as usual") {
  auto sut = parse_file_argument("@dir:x/y[1].bin:float64[1000,3]");
  CHECK(sut.what == kind::raw);
  CHECK(sut.path == "dir:x/y[1].bin");
  CHECK(sut.type == dtype::float64);
  CHECK(sut.shape == extents{1000, 3});
  CHECK(sut.format.offset == 0);
  CHECK(sut.format.lie == order::c);
  CHECK(sut.format.bytes == std::endian::native);
  sut = parse_file_argument("@x:int8[-1]:offset=16,order=F,bytes=big");
  CHECK(sut.shape == extents{-1});
  CHECK(sut.format.offset == 16);
  CHECK(sut.format.lie == order::fortran);
  CHECK(sut.format.bytes == std::endian::big);
  CHECK(parse_file_argument("@x:bool[]").shape == extents{});
  CHECK(parse_file_argument("@x.npz:int8[3]").what == kind::raw);
}

TEST_CASE("bare elements that are spelled wrong are refused with what is wrong") {
  const std::pair<const char*, const char*> cases[] = {
      {"@x:flaot64[3]", "there is no element type `flaot64` (did you mean `float64`?)"},
      {"@x:float64", "the shape must follow, such as float64[1000,3]"},
      {"@x:float64[3", "does not end with ]"},
      {"@x:float64[3,]", "a shape is numbers with , between"},
      {"@x:float64[2x3]", "a shape is numbers with , between"},
      {"@x:float64[-2]", "a shape is numbers with , between"},
      {"@x:float64[,3]", "a shape is numbers with , between"},
      {"@x:float64[99999999999999999999]", "too large"},
      {"@x:float64[1,1,1,1,1,1,1,1,1]", "at most 8 axes"},
      {"@x:float64[3]x", "only options may stand"},
      {"@x:float64[3]:", "there is no option ``"},
      {"@x:float64[3]:offest=3", "did you mean `offset`?"},
      {"@x:float64[3]:offset", "offset must be a number of bytes"},
      {"@x:float64[3]:offset=-1", "offset must be a number of bytes"},
      {"@x:float64[3]:offset=1k", "offset must be a number of bytes"},
      {"@x:float64[3]:order=G", "order must be C"},
      {"@x:float64[3]:bytes=middle", "bytes must be little or big"},
      {"@x:float64[3]:offset=1,", "there is no option ``"}};
  for (const auto& each : cases) {
    CAPTURE(std::string(each.first));
    CHECK(test::contains(refusal(each.first), each.second));
  }
}

TEST_CASE("file arguments are loaded by their kind") {
  test::nothing_left after;
  const test::scratch_directory folder("file-argument");
  store arrays;
  auto a = arrays.zeros<double>({2, 3});
  a(1, 2) = 4;
  save_npy(folder / "a.npy", a);
  save_npz(folder / "a.npz", {{"a", a.view()}});
  save_raw(folder / "a.bin", a);
  const auto path = [&](const char* name) { return "@" + (folder / name).string(); };
  for (const auto& text : {path("a.npy"), path("a.npz"), path("a.npz") + ":a",
                           path("a.bin") + ":float64[2,-1]", "map:" + (folder / "a.npy").string()}) {
    CAPTURE(text);
    const auto loaded = load(arrays, parse_file_argument(text));
    CHECK(loaded.shape() == extents{2, 3});
    CHECK(loaded.as<const double>()(1, 2) == 4);
    CHECK(loaded.writable == text.starts_with('@'));
  }
  const auto bare = test::error_of([&] { load(arrays, parse_file_argument(path("a.bin"))); });
  CHECK(bare.reason() == shm_errc::bad_npy);
  CHECK(test::contains(bare.what(), "such as " + path("a.bin") + ":float64[-1]"));
}
