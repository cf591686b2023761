// Bytes as a whole .npz file: refused with the file's name, or arrays that come back the same when they are
// saved, in either packing. What is listed can be loaded, unless its bytes are damaged; nothing stays in the
// store.
#include <cstring>
#include <map>
#include <string>

#include <pinion/shm/error.hpp>
#include <pinion/shm/npz.hpp>
#include <pinion/shm/npz_file.hpp>
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

void check_refusal(const shm_error& e, const std::string& file) {
  require(e.reason() == shm_errc::bad_npz || e.reason() == shm_errc::bad_npy,
          "a file is refused as bad_npz, a member as bad_npy", e.what());
  require(std::string_view(e.what()).starts_with(file + ": "), "the message names the file", e.what());
  require_message(e.what());
}

void check_saved(store& in, const std::map<std::string, any_array>& all, npz_packing how) {
  static const test::scratch_directory scratch("fuzz-npz");
  const auto copy = scratch / "copy.npz";
  std::map<std::string, any_view> views;
  for (const auto& [name, array] : all)
    views[name] = array;
  save_npz(copy, views, how);
  const auto again = load_npz(in, copy);
  require(again.size() == all.size(), "a saved file has as many arrays");
  for (const auto& [name, array] : all) {
    const auto& read = again.at(name);
    require(read.type() == array.type() && read.shape() == array.shape(), "with the same types and shapes");
    require(bytes_of(read) == bytes_of(array), "and the same elements");
  }
}

void check(store& in, const std::string& path, std::size_t size) {
  std::map<std::string, any_array> all;
  {
    memory_watch watch;
    npz_file file(path);
    for (const auto& name : file.names()) {
      const auto seen = file.look(name);
      try {
        const auto read = file.load(in, name);
        require(seen.fault.empty(), "what cannot be loaded is not loaded", seen.fault);
        require(read.type() == seen.type && read.shape() == seen.shape, "what is listed is loaded");
        all.emplace(name, read);
      } catch (const shm_error& e) {
        check_refusal(e, path);
      }
    }
    watch.require_bounded(size);
  }
  check_saved(in, all, size % 2 == 0 ? npz_packing::stored : npz_packing::deflated);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static store arrays([] {
    store_options small;
    small.limit = std::uint64_t{64} << 20U;
    small.tag = "fuzz";
    return small;
  }());
  static memory_file file("pinion-fuzz.npz");
  if (size > 4096)
    return 0; // more could be inflated than the store takes
  file.fill(as_text(data, size));
  try {
    check(arrays, file.path(), size);
  } catch (const shm_error& e) {
    check_refusal(e, file.path());
  }
  require(arrays.stats().blocks == 0, "nothing stays in the store");
  return 0;
}
