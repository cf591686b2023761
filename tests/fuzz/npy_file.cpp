// Bytes as a whole .npy file: refused with the file's name, or an array whose elements are those of the file
// and which comes back the same when it is saved. Nothing stays in the store.
#include <algorithm>
#include <cstring>
#include <string>

#include <pinion/shm/error.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/npy_header.hpp>
#include <pinion/shm/store.hpp>

#include "input.hpp"
#include "memory_file.hpp"
#include "memory_watch.hpp"
#include "require.hpp"
#include "support/scratch_directory.hpp"
#include "target.hpp"

using namespace pinion;
using namespace pinion::fuzz;

namespace {

std::string bytes_of(const any_array& of) {
  std::string bytes(byte_count(of.shape(), of.type()), '\0');
  if (!bytes.empty())
    std::memcpy(bytes.data(), of.view().data, bytes.size());
  return bytes;
}

// What the elements must be, taken off the end of the file.
std::string expected_of(std::string_view whole, const any_array& of) {
  const auto count = byte_count(of.shape(), of.type());
  require(count <= whole.size(), "no more elements than the file has");
  std::string bytes(whole.substr(whole.size() - count));
  const auto start = parse_npy_preamble(whole.substr(0, npy_preamble_max), "x");
  const auto header = parse_npy_dictionary(whole.substr(start.size, start.dictionary), "x");
  if (header.swapped) {
    const bool halves = of.type() == dtype::complex64 || of.type() == dtype::complex128;
    const auto step = static_cast<std::ptrdiff_t>(item_size(of.type()) / (halves ? 2 : 1));
    for (auto at = bytes.begin(); at != bytes.end(); at += step)
      std::reverse(at, at + step);
  }
  if (of.type() == dtype::boolean)
    for (auto& byte : bytes)
      byte = byte == 0 ? 0 : 1;
  return bytes;
}

void check(store& in, const any_array& read, std::string_view whole) {
  const auto bytes = bytes_of(read);
  require(bytes == expected_of(whole, read), "the elements are those of the file");
  static const test::scratch_directory scratch("fuzz-npy");
  const auto copy = scratch / "copy.npy";
  save_npy(copy, read);
  const auto again = load_npy(in, copy);
  require(again.type() == read.type() && again.shape() == read.shape(), "a saved array has the same shape");
  // Where the elements lie in both orders at once, C order is written.
  require(contiguous(read.view().lay) || again.view().lay == read.view().lay, "and the same order");
  require(bytes_of(again) == bytes, "and the same elements");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static store arrays([] {
    store_options small;
    small.limit = std::uint64_t{4} << 20U;
    small.tag = "fuzz";
    return small;
  }());
  static memory_file file("pinion-fuzz.npy");
  const auto whole = as_text(data, size);
  file.fill(whole);
  try {
    memory_watch watch;
    const auto read = load_npy(arrays, file.path());
    watch.require_bounded(size);
    check(arrays, read, whole);
  } catch (const shm_error& e) {
    require(e.reason() == shm_errc::bad_npy, "a file is refused as bad_npy", e.what());
    require(std::string_view(e.what()).starts_with(file.path() + ": "), "the message names the file",
            e.what());
    require_message(e.what());
  }
  require(arrays.stats().blocks == 0, "nothing stays in the store");
  return 0;
}
