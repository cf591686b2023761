// .npz files that are damaged, or that lie.
#include <pinion/shm/npz.hpp>

#include <doctest/doctest.h>
#include <fstream>
#include <numeric>
#include <sys/stat.h>

#include <pinion/shm/npy.hpp>
#include <pinion/shm/npz_file.hpp>

#include "support/files.hpp"
#include "support/scratch_directory.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"
#include "support/zip_maker.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

// A .npy file with the numbers from 0.
std::string npy_of(std::int64_t count) {
  scratch_directory files("npz-npy");
  store arrays;
  auto a = arrays.empty<int>({count});
  std::iota(a.begin(), a.end(), 0);
  save_npy(files / "a.npy", a);
  return read_file(files / "a.npy");
}

// Writes the archive, loads all of it, and gives the refusal. It names the file, and nothing is left.
shm_error refusal(const std::string& bytes) {
  scratch_directory files("npz-refused");
  write_file(files / "a.npz", bytes);
  store arrays;
  const auto error = error_of([&] { load_npz(arrays, files / "a.npz"); });
  CHECK(contains(error.what(), "a.npz"));
  CHECK(arrays.stats().blocks == 0);
  return error;
}

shm_error refusal(const zip_maker& zip) { return refusal(zip.bytes()); }

} // namespace

TEST_CASE("the maker of strange archives makes archives that are read") {
  scratch_directory files("npz-made");
  store arrays;
  zip_maker zip;
  zip.add("a.npy", npy_of(5));
  zip.add_deflated("b.npy", npy_of(6));
  zip.add("c.npy", npy_of(7)).zip64 = true;
  write_file(files / "a.npz", zip.bytes());
  CHECK(load_npz<int>(arrays, files / "a.npz", "a")(4) == 4);
  CHECK(load_npz<int>(arrays, files / "a.npz", "b")(5) == 5);
  CHECK(load_npz<int>(arrays, files / "a.npz", "c")(6) == 6);
}

TEST_CASE("an archive that is cut at any byte is refused") {
  nothing_left after;
  zip_maker zip;
  zip.add("a.npy", npy_of(3));
  zip.add_deflated("b.npy", npy_of(3));
  const auto whole = zip.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    REQUIRE(refusal(whole.substr(0, size)).reason() == shm_errc::bad_npz);
  }
}

TEST_CASE("a byte that was changed anywhere among the elements is noticed") {
  nothing_left after;
  for (const bool deflated : {false, true}) {
    zip_maker zip;
    auto& member = deflated ? zip.add_deflated("a.npy", npy_of(30)) : zip.add("a.npy", npy_of(30));
    member.packed[member.packed.size() - 7] ^= 4;
    const auto error = refusal(zip);
    CHECK(error.reason() == shm_errc::bad_npz);
    CHECK(contains(error.what(), "member \"a.npy\": it is damaged: its checksum (CRC-32) is wrong"));
  }
}

TEST_CASE("packed bytes that make no sense are refused") {
  nothing_left after;
  zip_maker zip;
  auto& member = zip.add_deflated("a.npy", npy_of(30));
  member.packed[1] ^= 1; // the length of the block no longer fits its complement
  CHECK(contains(refusal(zip).what(), "member \"a.npy\": it is damaged"));
  // Packed, and cut within the member, with an archive around it that is whole.
  zip.members.clear();
  auto& cut = zip.add_deflated("a.npy", npy_of(30));
  cut.packed.resize(cut.packed.size() - 20);
  cut.packed_size = cut.packed.size();
  CHECK(refusal(zip).reason() == shm_errc::bad_npz);
}

TEST_CASE("an encrypted member is refused, and says so") {
  zip_maker zip;
  zip.add("a.npy", npy_of(3)).flags = 1;
  const auto error = refusal(zip);
  CHECK(error.reason() == shm_errc::bad_npz);
  CHECK(contains(error.what(), "member \"a.npy\": it is encrypted"));
}

TEST_CASE("a way of packing other than NumPy's is refused") {
  zip_maker zip;
  zip.add("a.npy", npy_of(3)).method = 14;
  CHECK(contains(refusal(zip).what(), "member \"a.npy\": it is packed in a way"));
}

TEST_CASE("sizes that cannot be are refused before memory is taken for them") {
  nothing_left after;
  zip_maker zip;
  zip.add("a.npy", npy_of(3)).size = 1000000;
  CHECK(contains(refusal(zip).what(), "stored as it is"));
  zip.members.clear();
  zip.add_deflated("a.npy", npy_of(3)).size = 4000000000;
  CHECK(contains(refusal(zip).what(), "3.73 GiB cannot come out of"));
  zip.members.clear();
  auto& huge = zip.add_deflated("a.npy", npy_of(3));
  huge.zip64 = true;
  huge.size = std::uint64_t{1} << 62;
  CHECK(refusal(zip).reason() == shm_errc::bad_npz);
  zip.members.clear();
  auto& large = zip.add("a.npy", npy_of(3));
  large.zip64 = true;
  large.size = large.packed_size = std::uint64_t{1} << 62;
  CHECK(refusal(zip).reason() == shm_errc::bad_npz);
}

TEST_CASE("a member that is shorter or longer than the archive says is refused") {
  nothing_left after;
  zip_maker zip;
  const auto npy = npy_of(30);
  zip.add_deflated("a.npy", npy + "more").size = npy.size();
  CHECK(refusal(zip).reason() == shm_errc::bad_npz);
  zip.members.clear();
  zip.add_deflated("a.npy", npy.substr(0, npy.size() - 4)).size = npy.size();
  const auto reason = refusal(zip).reason();
  CHECK((reason == shm_errc::bad_npz || reason == shm_errc::bad_npy));
}

TEST_CASE("members that are more together than the file are refused, as bombs are made so") {
  zip_maker zip;
  const auto npy = npy_of(3000);
  for (const char* name : {"a.npy", "b.npy"}) {
    auto& each = zip.add(name, npy);
    each.packed.resize(each.packed.size() / 3);
  }
  CHECK(contains(refusal(zip).what(), "its members together are larger than itself"));
}

TEST_CASE("two arrays of one name are refused, also when one of them lacks its ending") {
  zip_maker zip;
  zip.add("a.npy", npy_of(3));
  zip.add("a.npy", npy_of(4));
  CHECK(contains(refusal(zip).what(), "two arrays by the name of \"a\""));
  zip.members[1].name = "a";
  CHECK(contains(refusal(zip).what(), "two arrays by the name of \"a\""));
}

TEST_CASE("names that lead out of the archive, and those that a terminal would obey, are refused") {
  for (const char* name : {"../a.npy", "x/../../a.npy", "/etc/a.npy", "..", ".npy", "a\nb.npy"}) {
    CAPTURE(std::string(name));
    zip_maker zip;
    zip.add(name, npy_of(3)).flags = 0x800; // UTF-8
    const auto error = refusal(zip);
    CHECK(error.reason() == shm_errc::bad_npz);
    CHECK(contains(error.what(), "its name "));
    for (const char* c = error.what(); *c != 0; ++c)
      CHECK(static_cast<unsigned char>(*c) >= 0x20);
  }
}

TEST_CASE("members that are no arrays are refused by name") {
  zip_maker zip;
  zip.add("notes.txt", "hello");
  CHECK(contains(refusal(zip).what(), "member \"notes.txt\": it is not a .npy file"));
  zip.members.clear();
  zip.add("folder/", "");
  CHECK(contains(refusal(zip).what(), "member \"folder/\": it is empty"));
  zip.members.clear();
  auto cut = npy_of(3);
  cut.resize(cut.size() - 1);
  zip.add("a.npy", cut);
  const auto error = refusal(zip);
  CHECK(error.reason() == shm_errc::bad_npy);
  CHECK(contains(error.what(), "member \"a.npy\": it is cut"));
}

TEST_CASE("what is no archive is refused") {
  nothing_left after;
  CHECK(contains(refusal(std::string()).what(), "a.npz: it is empty"));
  CHECK(contains(refusal(npy_of(3)).what(), "no ZIP archive"));
  CHECK(contains(refusal(std::string(100000, 'x')).what(), "no ZIP archive"));
  scratch_directory files("npz-none");
  store arrays;
  REQUIRE(::mkfifo((files / "pipe").c_str(), 0600) == 0);
  CHECK(contains(error_of([&] { load_npz(arrays, files / "pipe"); }).what(), "not a regular file"));
  CHECK(contains(error_of([&] { list_npz(files.path()); }).what(), "a directory"));
  CHECK(contains(error_of([&] { npz_file(files / "none"); }).what(), "No such file"));
}

TEST_CASE("an array for which there is no room is refused with the figures, and the others go as well") {
  nothing_left after;
  scratch_directory files("npz-room");
  zip_maker zip;
  zip.add("a.npy", npy_of(3));
  zip.add("b.npy", npy_of(2000000));
  write_file(files / "a.npz", zip.bytes());
  store_options small;
  small.limit = std::uint64_t{4} << 20;
  store arrays(small);
  CHECK_THROWS_AS(load_npz(arrays, files / "a.npz"), no_space_error);
  CHECK(arrays.stats().blocks == 0);
  CHECK(load_npz<int>(arrays, files / "a.npz", "a").size() == 3);
}

TEST_CASE("an array beyond 4 GiB is listed as it is, by its ZIP64 sizes") {
  nothing_left after;
  scratch_directory files("npz-large");
  const std::uint64_t count = std::uint64_t{5} << 30;
  auto npy = npy_of(1);
  const auto at = npy.find("(1,)");
  npy.replace(at, 4, "(" + std::to_string(count / 4) + ",)");
  npy.erase(npy.find("  "), std::to_string(count / 4).size() - 1); // as long as before
  npy.resize(npy.size() - 4);
  zip_maker zip;
  auto& member = zip.add("a.npy", npy);
  member.zip64 = true;
  member.size = member.packed_size = npy.size() + count;
  // The file has a hole where the elements would be, and the directory behind it.
  zip.write_sparse(files / "a.npz");
  const auto all = list_npz(files / "a.npz");
  REQUIRE(all.size() == 1);
  CHECK(all[0].fault == "");
  CHECK(all[0].shape == extents{static_cast<std::int64_t>(count / 4)});
  store_options small;
  small.limit = std::uint64_t{1} << 20;
  store arrays(small);
  CHECK_THROWS_AS(load_npz(arrays, files / "a.npz"), no_space_error);
}
