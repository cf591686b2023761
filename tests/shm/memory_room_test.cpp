#include <pinion/shm/memory_room.hpp>

#include <doctest/doctest.h>
#include <fstream>

#include "support/scratch_directory.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;

// A machine of 1000 MiB with 600 free, swap 100 with 50 free, in a folder.
struct planted_machine {
  scratch_directory root{"room"};

  planted_machine() {
    plant("proc/meminfo",
          "MemTotal: 1024000 kB\nMemFree: 1 kB\nMemAvailable: 614400 kB\nSwapTotal: 102400 kB\n"
          "SwapFree: 51200 kB\nHugePages_Total: 0\n");
  }
  void plant(const std::string& path, const std::string& text) {
    const auto full = std::filesystem::path(root / path);
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }
  std::string path() const { return std::filesystem::path(root / "").string(); }
};

} // namespace

TEST_CASE("without control groups the room is that of the machine, swap included") {
  planted_machine sut;
  const auto room = room_in_memory(sut.path());
  CHECK(room.free == 650 * mib);
  CHECK(room.total == 1100 * mib);
  CHECK(room_in_groups(sut.path()).total == 0);
}

TEST_CASE("a control group's limit counts, and its page cache as free") {
  planted_machine sut;
  sut.plant("proc/self/cgroup", "0::/box\n");
  sut.plant("sys/fs/cgroup/box/memory.max", std::to_string(256 * mib));
  sut.plant("sys/fs/cgroup/box/memory.current", std::to_string(200 * mib));
  // 150 of cache, of which 30 are shared memory, which cannot be dropped.
  sut.plant("sys/fs/cgroup/box/memory.stat",
            "anon 1\nfile " + std::to_string(150 * mib) + "\nshmem " + std::to_string(30 * mib) + "\n");
  const auto room = room_in_memory(sut.path());
  CHECK(room.total == 256 * mib);
  CHECK(room.free == 176 * mib);
}

TEST_CASE("the tightest of the groups around a process counts") {
  planted_machine sut;
  sut.plant("proc/self/cgroup", "0::/outer/inner\n");
  sut.plant("sys/fs/cgroup/outer/inner/memory.max", "max\n");
  sut.plant("sys/fs/cgroup/outer/inner/memory.current", "1");
  sut.plant("sys/fs/cgroup/outer/memory.max", std::to_string(100 * mib));
  sut.plant("sys/fs/cgroup/outer/memory.current", std::to_string(60 * mib));
  const auto room = room_in_groups(sut.path());
  CHECK(room.total == 100 * mib);
  CHECK(room.free == 40 * mib);
}

TEST_CASE("in a container the limit stands at the top, whatever path the host has") {
  planted_machine sut;
  sut.plant("proc/self/cgroup", "0::/docker/0123abcd\n");
  sut.plant("sys/fs/cgroup/memory.max", std::to_string(64 * mib));
  sut.plant("sys/fs/cgroup/memory.current", std::to_string(80 * mib)); // above, as after a limit was lowered
  const auto room = room_in_groups(sut.path());
  CHECK(room.total == 64 * mib);
  CHECK(room.free == 0);
}

TEST_CASE("version 1 of control groups is known, and its way to say that there is no limit") {
  planted_machine sut;
  sut.plant("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/x\n0::/\n");
  sut.plant("sys/fs/cgroup/memory/x/memory.limit_in_bytes", std::to_string(128 * mib));
  sut.plant("sys/fs/cgroup/memory/x/memory.usage_in_bytes", std::to_string(100 * mib));
  sut.plant("sys/fs/cgroup/memory/x/memory.stat", "cache 5\ntotal_cache " + std::to_string(50 * mib) + "\n");
  sut.plant("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  sut.plant("sys/fs/cgroup/memory/memory.usage_in_bytes", "1");
  const auto room = room_in_groups(sut.path());
  CHECK(room.total == 128 * mib);
  CHECK(room.free == 78 * mib);
}

TEST_CASE("this machine has memory") {
  const auto room = room_in_memory();
  CHECK(room.total > 64 * mib);
  CHECK(room.free > 0);
  CHECK(room.free <= room.total);
}
