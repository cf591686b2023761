#include <pinion/shm/npz.hpp>

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <numeric>
#include <random>
#include <sys/resource.h>

#include <pinion/shm/npy.hpp>
#include <pinion/shm/npz_file.hpp>

#include "support/child.hpp"
#include "support/files.hpp"
#include "support/scratch_directory.hpp"
#include "support/seed.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"
#include "support/zip_maker.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

constexpr npz_packing both[] = {npz_packing::stored, npz_packing::deflated};

array<int> counted(store& in, const extents& shape) {
  auto made = in.empty<int>(shape);
  std::iota(made.begin(), made.end(), 0);
  return made;
}

} // namespace

TEST_CASE("arrays of every type and shape are saved in one file and loaded as they were, packed or not") {
  nothing_left after;
  scratch_directory files("npz");
  store arrays;
  std::map<std::string, any_view> all;
  std::vector<any_array> keep;
  for (int number = 1; number <= 13; ++number)
    for (const auto& shape : {extents{}, extents{0}, extents{5}, extents{2, 3, 4}, extents{2, 0, 4}})
      for (auto lie : {order::c, order::fortran}) {
        auto a = arrays.make(static_cast<dtype>(number), shape, fill::zero, lie);
        for (std::size_t i = 0; i < byte_count(shape, a.type()); ++i)
          static_cast<unsigned char*>(a.view().data)[i] =
              static_cast<unsigned char>(number == 1 ? i % 2 : i * 7);
        all[describe(a.type(), shape) + (lie == order::c ? "C" : "F")] = a;
        keep.push_back(a);
      }
  for (auto how : both) {
    save_npz(files / "a.npz", all, how);
    const auto read = load_npz(arrays, files / "a.npz");
    REQUIRE(read.size() == all.size());
    for (const auto& each : read) {
      CAPTURE(each.first);
      const auto& a = all.at(each.first);
      const auto& b = each.second;
      REQUIRE(b.type() == a.type);
      REQUIRE(b.shape() == a.shape());
      REQUIRE(contiguous(b.view().lay) == contiguous(a.lay));
      REQUIRE(f_contiguous(b.view().lay) == f_contiguous(a.lay));
      REQUIRE(std::memcmp(a.data, b.view().data, byte_count(a.shape(), a.type)) == 0);
    }
  }
  CHECK(files_in(files.path()) == 1);
}

TEST_CASE("slices and axes turned round come back as the elements that they show") {
  nothing_left after;
  scratch_directory files("npz");
  store arrays;
  const auto a = counted(arrays, {40, 60});
  const std::map<std::string, any_view> parts{{"back", a.slice(0, 39, -1, -1)},
                                              {"part", a.slice(1, 3, 50, 7).transpose()},
                                              {"column", a.transpose().row(7)},
                                              {"none", a.slice(1, 5, 5)}};
  for (auto how : both) {
    save_npz(files / "a.npz", parts, how);
    for (const auto& [name, part] : parts) {
      const auto b = load_npz<int>(arrays, files / "a.npz", name);
      const auto expected = part.as<const int>();
      CHECK(b.shape() == part.shape());
      CHECK(std::equal(b.begin(), b.end(), expected.begin(), expected.end()));
    }
  }
}

TEST_CASE("arrays larger than any buffer keep their elements") {
  nothing_left after;
  scratch_directory files("npz");
  store arrays;
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  auto a = arrays.empty<std::uint64_t>({300, 1001});
  for (auto& each : a)
    each = random() >> (random() % 64);
  for (auto how : both)
    for (const view<std::uint64_t>& part : {a.view(), a.slice(1, 1000, 0, -1)}) {
      save_npz(files / "a.npz", {{"a", part}}, how);
      const auto b = load_npz<std::uint64_t>(arrays, files / "a.npz", "a");
      CHECK(std::equal(b.begin(), b.end(), part.begin(), part.end()));
    }
}

TEST_CASE("deflating makes a file of zeros small, and equal arrays give equal files") {
  scratch_directory files("npz");
  store arrays;
  const auto a = arrays.zeros<double>({100000});
  save_npz(files / "stored.npz", {{"a", a.view()}});
  save_npz(files / "small.npz", {{"a", a.view()}}, npz_packing::deflated);
  CHECK(std::filesystem::file_size(files / "stored.npz") > 800000);
  CHECK(std::filesystem::file_size(files / "small.npz") < 8000);
  const auto first = read_file(files / "small.npz");
  save_npz(files / "small.npz", {{"a", a.view()}}, npz_packing::deflated);
  CHECK(read_file(files / "small.npz") == first);
}

TEST_CASE("a file without arrays is a file") {
  scratch_directory files("npz");
  store arrays;
  save_npz(files / "a.npz", {});
  CHECK(list_npz(files / "a.npz").empty());
  CHECK(load_npz(arrays, files / "a.npz").empty());
  CHECK(contains(error_of([&] { npz_file(files / "a.npz").load_only(arrays); }).what(), "no arrays"));
}

TEST_CASE("what a file holds is listed without memory for it, and what cannot be loaded says why") {
  nothing_left after;
  scratch_directory files("npz");
  store arrays;
  save_npy(files / "x.npy", counted(arrays, {3, 2}).transpose());
  zip_maker zip;
  zip.add("x.npy", read_file(files / "x.npy"));
  zip.add("notes.txt", "not an array");
  zip.add_deflated("y", read_file(files / "x.npy"));
  write_file(files / "a.npz", zip.bytes());
  const auto all = list_npz(files / "a.npz");
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "x");
  CHECK(all[0].type == dtype::int32);
  CHECK(all[0].shape == extents{2, 3});
  CHECK(all[0].lie == order::fortran);
  CHECK_FALSE(all[0].deflated);
  CHECK(all[0].fault == "");
  CHECK(all[1].name == "notes.txt");
  CHECK(contains(all[1].fault, "a.npz: member \"notes.txt\": it is not a .npy file"));
  CHECK(all[2].name == "y");
  CHECK(all[2].deflated);
  // The others can still be had, by name.
  CHECK(load_npz<int>(arrays, files / "a.npz", "x")(1, 2) == 5);
  CHECK(load_npz<int>(arrays, files / "a.npz", "y")(1, 2) == 5);
  CHECK(reason_of([&] { load_npz(arrays, files / "a.npz"); }) == shm_errc::bad_npy);
}

TEST_CASE("an array is called in the store after its file and its name") {
  scratch_directory files("npz");
  store arrays;
  save_npz(files / "a.npz", {{"prices", counted(arrays, {3}).view()}});
  const auto a = load_npz(arrays, files / "a.npz", "prices");
  const auto all = arrays.list();
  CHECK(std::any_of(all.begin(), all.end(), [](const auto& one) { return one.label == "a.npz:prices"; }));
}

TEST_CASE("a name that the file does not have is refused with those that it has") {
  nothing_left after;
  scratch_directory files("npz");
  store arrays;
  std::map<std::string, any_view> all;
  const auto a = counted(arrays, {3});
  for (char c = 'a'; c < 'a' + 12; ++c)
    all[std::string(1, c)] = a;
  save_npz(files / "many.npz", all);
  const auto error = error_of([&] { load_npz(arrays, files / "many.npz", "zz"); });
  CHECK(error.reason() == shm_errc::no_member);
  CHECK(contains(error.what(), "many.npz: it has no array \"zz\"; it has \"a\", \"b\""));
  CHECK(contains(error.what(), "and 4 more"));
  CHECK(reason_of([&] { npz_file(files / "many.npz").load_only(arrays); }) == shm_errc::no_member);
  CHECK(reason_of([&] { load_npz<double>(arrays, files / "many.npz", "a"); }) == shm_errc::wrong_type);
}

TEST_CASE("one file is read again and again while it is open") {
  nothing_left after;
  scratch_directory files("npz");
  store arrays;
  save_npz(files / "a.npz", {{"a", counted(arrays, {4}).view()}, {"b", counted(arrays, {5}).view()}},
           npz_packing::deflated);
  npz_file file(files / "a.npz");
  CHECK(file.names() == std::vector<std::string>{"a", "b"});
  for (int i = 0; i < 3; ++i) {
    CHECK(file.look("b").shape == extents{5});
    CHECK(file.load(arrays, "a").as<int>()(3) == 3);
    CHECK(file.load(arrays, "b").as<int>()(4) == 4);
  }
}

TEST_CASE("a name that no array may have is refused before anything is written") {
  scratch_directory files("npz");
  store arrays;
  const auto a = counted(arrays, {3});
  for (const char* name : {"", "../a", "a/../b", "/a", "\\a", "a\nb", ".."}) {
    CAPTURE(std::string(name));
    CHECK(reason_of([&] { save_npz(files / "a.npz", {{name, a.view()}}); }) == shm_errc::bad_npz);
  }
  CHECK(files_in(files.path()) == 0);
  for (const char* name : {"a/b", "a..b", "ü", "a b"}) {
    CAPTURE(std::string(name));
    save_npz(files / "a.npz", {{name, a.view()}});
    CHECK(load_npz(arrays, files / "a.npz", name).size() == 3);
  }
}

TEST_CASE("an archive that cannot be written whole keeps the old file and leaves no other") {
  nothing_left after;
  scratch_directory files("npz");
  write_file(files / "a.npz", "old");
  store arrays;
  auto a = arrays.zeros<double>({10000});
  child process([&] {
    rlimit limit{30000, 30000};
    must(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    std::signal(SIGXFSZ, SIG_IGN);
    const auto error = error_of([&] { save_npz(files / "a.npz", {{"a", a.view()}}); });
    must(error.reason() == shm_errc::file_failed, "80 kB went into a file of 30 kB");
    must(contains(error.what(), "a.npz"), "the error does not name the file");
  });
  CHECK(process.wait() == 0);
  CHECK(read_file(files / "a.npz") == "old");
  CHECK(files_in(files.path()) == 1);
  CHECK(reason_of([&] { save_npz("/dev/null", {{"a", a.view()}}); }) == shm_errc::file_failed);
}
