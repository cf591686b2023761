#include <pinion/shm/npy.hpp>

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <fstream>
#include <numeric>
#include <sys/resource.h>
#include <sys/stat.h>
#include <vector>

#include "support/child.hpp"
#include "support/scratch_directory.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::string_literals;

namespace {

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A file of the version asked for, whatever its dictionary says.
std::string npy_bytes(int version, const std::string& dictionary, const std::string& elements) {
  auto bytes = "\x93NUMPY"s + static_cast<char>(version) + '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
    bytes += static_cast<char>(dictionary.size() >> 8 * i & 0xff);
  return bytes + dictionary + elements;
}

std::size_t files_in(const scratch_directory& directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory.path()), {}));
}

const std::string three_doubles = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }";

} // namespace

TEST_CASE("an array of every type is saved and loaded as it was") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  for (int number = 1; number <= 13; ++number)
    for (const auto& shape : {extents{}, extents{0}, extents{5}, extents{2, 3, 4}, extents{2, 0, 4}})
      for (auto lie : {order::c, order::fortran}) {
        auto a = arrays.make(static_cast<dtype>(number), shape, fill::zero, lie);
        CAPTURE(describe(a.type(), shape));
        auto bytes = byte_count(shape, a.type());
        for (std::size_t i = 0; i < bytes; ++i)
          static_cast<unsigned char*>(a.view().data)[i] =
              static_cast<unsigned char>(number == 1 ? i % 2 : i * 7);
        save_npy(files / "a.npy", a);
        auto b = load_npy(arrays, files / "a.npy");
        CHECK(b.type() == a.type());
        CHECK(b.shape() == a.shape());
        CHECK(std::memcmp(a.view().data, b.view().data, bytes) == 0);
        CHECK((contiguous(b.view().lay) == contiguous(a.view().lay) &&
               f_contiguous(b.view().lay) == f_contiguous(a.view().lay)));
      }
  CHECK(files_in(files) == 1);
}

TEST_CASE("slices and axes turned round are saved in C order") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  auto a = arrays.zeros<int>({40, 60});
  std::iota(a.begin(), a.end(), 0);
  for (const auto& part :
       {a.slice(0, 39, -1, -1), a.slice(1, 3, 50, 7).transpose(), a.transpose().row(7), a.slice(1, 5, 5)}) {
    save_npy(files / "a.npy", part);
    auto b = load_npy<int>(arrays, files / "a.npy");
    CHECK(b.shape() == part.shape());
    CHECK(std::equal(b.begin(), b.end(), part.begin(), part.end()));
  }
}

TEST_CASE("a strided array larger than any buffer is saved whole") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  auto a = arrays.empty<std::complex<double>>({500, 501});
  std::iota(a.span().begin(), a.span().end(), 0.0);
  auto part = a.slice(1, 500, 0, -1);
  save_npy(files / "a.npy", part);
  auto b = load_npy<std::complex<double>>(arrays, files / "a.npy");
  CHECK(std::equal(b.begin(), b.end(), part.begin(), part.end()));
}

TEST_CASE("memory outside of a segment can be saved too") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  std::vector<float> values{1, 2, 3, 4};
  save_npy(files / "a.npy", view<const float>(values.data(), c_order({4})));
  CHECK(load_npy<float>(arrays, files / "a.npy")(3) == 4);
}

TEST_CASE("a big file in the other byte order is turned round in place, over all of its pieces") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  constexpr int count = 700001;
  std::string elements;
  for (int i = 0; i < count; ++i)
    for (int shift : {24, 16, 8, 0})
      elements += static_cast<char>(i >> shift & 0xff);
  write_file(
      files / "a.npy",
      npy_bytes(1, "{'descr': '>i4', 'fortran_order': False, 'shape': (" + std::to_string(count) + ",), }",
                elements));
  auto a = load_npy<int>(arrays, files / "a.npy");
  int next = 0;
  CHECK(std::all_of(a.begin(), a.end(), [&](int value) { return value == next++; }));
}

TEST_CASE("versions 1, 2 and 3 are read, with any padding") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  std::string elements(24, '\0');
  for (int version : {1, 2, 3})
    for (std::size_t padding : {0u, 1u, 60000u}) {
      write_file(files / "a.npy", npy_bytes(version, three_doubles + std::string(padding, ' '), elements));
      CHECK(load_npy<double>(arrays, files / "a.npy").size() == 3);
    }
}

TEST_CASE("truth values that are neither 0 nor 1 become 1") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  write_file(files / "a.npy",
             npy_bytes(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }", "\0\1\2\xff"s));
  auto a = load_npy(arrays, files / "a.npy");
  CHECK(std::memcmp(a.view().data, "\0\1\1\1", 4) == 0);
}

TEST_CASE("a file cut at any byte is refused, and so is one with a byte too many") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  auto whole = npy_bytes(1, three_doubles, std::string(24, '\0'));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    write_file(files / "cut.npy", whole.substr(0, size));
    auto error = error_of([&] { load_npy(arrays, files / "cut.npy"); });
    REQUIRE(error.reason() == shm_errc::bad_npy);
    REQUIRE(contains(error.what(), "cut.npy"));
  }
  write_file(files / "long.npy", whole + "x");
  CHECK(contains(error_of([&] { load_npy(arrays, files / "long.npy"); }).what(), "1 byte follow"));
  CHECK(arrays.stats().segments == 0);
}

TEST_CASE("a header that promises more than the file has takes no memory for it") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  write_file(files / "a.npy",
             npy_bytes(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }", "x"));
  CHECK(contains(error_of([&] { load_npy(arrays, files / "a.npy"); }).what(), "it is cut"));
  write_file(files / "a.npy", "\x93NUMPY\2\0\xff\xff\xff\xff{"s);
  CHECK(contains(error_of([&] { load_npy(arrays, files / "a.npy"); }).what(), "4.00 GiB"));
  CHECK(arrays.stats().segments == 0);
}

TEST_CASE("what is no regular file is refused at once") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  REQUIRE(::mkfifo((files / "pipe").c_str(), 0600) == 0);
  CHECK(contains(error_of([&] { load_npy(arrays, files / "pipe"); }).what(), "not a regular file"));
  CHECK(contains(error_of([&] { load_npy(arrays, files.path()); }).what(), "a directory"));
  CHECK(contains(error_of([&] { load_npy(arrays, files / "none"); }).what(), "No such file"));
  CHECK(reason_of([&] { load_npy(arrays, "/dev/zero"); }) == shm_errc::file_failed);
  CHECK(reason_of([&] { load_npy(arrays, ""); }) == shm_errc::file_failed);
}

TEST_CASE("a file of another type than asked for is refused and leaves nothing in the store") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  save_npy(files / "a.npy", arrays.zeros<int>({3}));
  CHECK(reason_of([&] { load_npy<double>(arrays, files / "a.npy"); }) == shm_errc::wrong_type);
  CHECK(arrays.stats().blocks == 0);
}

TEST_CASE("a saved file has the mode of the umask and replaces what was there, through links too") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  auto a = arrays.zeros<int>({3});
  std::filesystem::create_symlink("target.npy", files / "link.npy");
  auto old = ::umask(027);
  save_npy(files / "link.npy", a);
  ::umask(old);
  CHECK(std::filesystem::is_symlink(files / "link.npy"));
  CHECK(std::filesystem::status(files / "target.npy").permissions() == std::filesystem::perms(0640));
  write_file(files / "target.npy", "old");
  save_npy(files / "link.npy", a);
  CHECK(load_npy<int>(arrays, files / "target.npy").size() == 3);
  CHECK(files_in(files) == 2);
}

TEST_CASE("a place that cannot be written is refused by name, and nothing is left there") {
  nothing_left after;
  scratch_directory files("npy");
  store arrays;
  auto a = arrays.zeros<int>({3});
  auto refused = [&](const std::filesystem::path& path) {
    auto error = error_of([&] { save_npy(path, a); });
    CHECK(error.reason() == shm_errc::file_failed);
    CHECK(contains(error.what(), path.string()));
    return std::string(error.what());
  };
  CHECK(contains(refused("/dev/null"), "not a regular file"));
  CHECK(contains(refused(files.path()), "a directory"));
  CHECK(contains(refused(files / "none" / "a.npy"), "No such file"));
  CHECK(contains(refused((files / "slash").string() + "/"), "directory"));
  std::filesystem::create_symlink("loop", files / "loop");
  CHECK(contains(refused(files / "loop"), "symbolic link"));
  refused("");
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK(files_in(files) == 1);
}

TEST_CASE("a write that fails in the middle keeps the old file and leaves no other") {
  nothing_left after;
  scratch_directory files("npy");
  write_file(files / "a.npy", "old");
  store arrays;
  auto a = arrays.zeros<double>({10000});
  child process([&] {
    rlimit limit{30000, 30000};
    must(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    std::signal(SIGXFSZ, SIG_IGN);
    must(reason_of([&] { save_npy(files / "a.npy", a); }) == shm_errc::file_failed,
         "80 kB went into a file of 30 kB");
  });
  CHECK(process.wait() == 0);
  CHECK(read_file(files / "a.npy") == "old");
  CHECK(files_in(files) == 1);
}
