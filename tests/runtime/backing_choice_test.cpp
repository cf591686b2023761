#include <pinion/runtime/backing_choice.hpp>

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/mount.h>

#include "support/child.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;
constexpr shm_room memory{8000 * mib, 16000 * mib};

backing_choice automatic(std::uint64_t limit, std::optional<shm_room> in_shm) {
  return choose_backing(backing::automatic, limit, in_shm, memory);
}

} // namespace

TEST_CASE("a /dev/shm of the usual size is used, and nothing is said") {
  const auto sut = automatic(0, shm_room{8000 * mib, 8000 * mib});
  CHECK(sut.kind == backing::named);
  CHECK(sut.note.empty());
}

TEST_CASE("in a container with 64 MiB of /dev/shm arrays lie in memory without a name, and a line says so") {
  const auto sut = automatic(0, shm_room{64 * mib, 64 * mib});
  CHECK(sut.kind == backing::memfd);
  CHECK(contains(sut.note, "/dev/shm has 64.0 MiB"));
  CHECK(contains(sut.note, "a quarter of the memory, 3.91 GiB"));
  CHECK(contains(sut.note, "array_memory"));
}

TEST_CASE("a limit that /dev/shm can hold is no reason, one that it cannot is") {
  CHECK(automatic(32 * mib, shm_room{1, 64 * mib}).kind == backing::named);
  CHECK(automatic(64 * mib, shm_room{1, 64 * mib}).kind == backing::named);
  const auto sut = automatic(65 * mib, shm_room{64 * mib, 64 * mib});
  CHECK(sut.kind == backing::memfd);
  CHECK(contains(sut.note, "store_limit, 65.0 MiB"));
}

TEST_CASE("a /dev/shm without a limit is used, and one that cannot be asked is not") {
  CHECK(automatic(0, shm_room{0, 0}).kind == backing::named);
  const auto sut = automatic(0, std::nullopt);
  CHECK(sut.kind == backing::memfd);
  CHECK(contains(sut.note, "/dev/shm cannot be used"));
}

TEST_CASE("who has chosen is obeyed without a word") {
  for (const auto kind : {backing::named, backing::memfd}) {
    const auto sut = choose_backing(kind, 0, std::nullopt, memory);
    CHECK(sut.kind == kind);
    CHECK(sut.note.empty());
  }
}

TEST_CASE("a /dev/shm that is mounted read-only cannot be used") {
  child process([] {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", "/dev/shm", "tmpfs", MS_RDONLY, "size=64m") != 0) {
      child::say("not permitted");
      return;
    }
    child::say("mounted");
    const auto sut = choose_backing(backing::automatic, mib);
    must(sut.kind == backing::memfd && contains(sut.note, "/dev/shm cannot be used"), sut.note);
    must(choose_backing(backing::named, mib).kind == backing::named, "what was asked for is not done");
  });
  if (process.line() == "not permitted")
    MESSAGE("skipped: mounting a tmpfs is not permitted here");
  CHECK(process.wait() == 0);
}
