#include <pinion/runtime/backing_choice.hpp>

#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/reserve.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion {

namespace {

constexpr std::uint64_t expected_part_of_memory = 4;
constexpr std::string_view what_follows =
    "arrays lie in memory without a name instead (array_memory = \"memfd\"; say "
    "\"named\" to have them in /dev/shm all the same)";

} // namespace

backing_choice choose_backing(backing asked, std::uint64_t store_limit, std::optional<shm_room> in_shm,
                              const shm_room& memory) {
  if (asked != backing::automatic)
    return {asked, {}};
  const auto without = [](std::string why) {
    return backing_choice{backing::memfd, why.append("; ").append(what_follows)};
  };
  if (!in_shm)
    return without("/dev/shm cannot be used");
  if (in_shm->total == 0)
    return {};
  const auto wanted = store_limit > 0 ? store_limit : memory.total / expected_part_of_memory;
  if (in_shm->total >= wanted)
    return {};
  return without("/dev/shm has " + readable_size(in_shm->total) + ", which is less than " +
                 (store_limit > 0 ? "store_limit, " : "a quarter of the memory, ") + readable_size(wanted));
}

backing_choice choose_backing(backing asked, std::uint64_t store_limit) {
  std::optional<shm_room> in_shm;
  try {
    // Mounted read-only, or not for this user: as good as not there.
    if (::faccessat(AT_FDCWD, shm_directory, W_OK | X_OK, AT_EACCESS) == 0)
      in_shm = room_in_shm();
  } catch (const shm_error&) {
    // No /dev/shm: a reason to do without.
  }
  return choose_backing(asked, store_limit, in_shm, room_in_memory());
}

} // namespace pinion
