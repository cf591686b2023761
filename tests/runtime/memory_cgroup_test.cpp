#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pinion/runtime/memory_cgroup.hpp>

#include <support/scratch_directory.hpp>

using namespace pinion;
namespace fs = std::filesystem;

namespace {

// A system of files: what a process there would see of its cgroups.
struct scene {
  test::scratch_directory folder{"cgroup"};
  system_root system{folder.path()};

  void file(const std::string& name, const std::string& text) const {
    const auto where = folder.path() / name;
    fs::create_directories(where.parent_path());
    std::ofstream(where) << text;
  }
  std::string text(const std::string& name) const {
    std::ifstream in(folder.path() / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

} // namespace

TEST_CASE("a worker's cgroup of version 2 is a brother of its node's, with the limit and no swap") {
  const scene here;
  here.file("proc/self/cgroup", "0::/user/app\n");
  here.file("proc/self/mountinfo", "30 22 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  here.file("sys/fs/cgroup/user/cgroup.subtree_control", "cpu memory\n");
  here.file("sys/fs/cgroup/user/app/cgroup.subtree_control", "\n");
  const auto sut = memory_cgroup::make(here.system, "pinion-7", 1000);
  REQUIRE(sut);
  CHECK(here.text("sys/fs/cgroup/user/pinion-7/memory.max") == "1000");
  CHECK(sut->take(42));
  CHECK(here.text("sys/fs/cgroup/user/pinion-7/cgroup.procs") == "42");
  CHECK_FALSE(sut->has_killed());
  here.file("sys/fs/cgroup/user/pinion-7/memory.events", "low 0\noom 1\noom_kill 1\n");
  CHECK(sut->has_killed());
}

TEST_CASE("where the memory of cgroups is of version 1, a worker's is below its node's") {
  const scene here;
  here.file("proc/self/cgroup", "4:cpu,memory:/docker/abc\n0::/\n");
  here.file("proc/self/mountinfo",
            "30 22 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
            "34 30 0:31 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  fs::create_directories(here.folder.path() / "sys/fs/cgroup/memory");
  const auto sut = memory_cgroup::make(here.system, "pinion-7", 1000);
  REQUIRE(sut);
  CHECK(here.text("sys/fs/cgroup/memory/pinion-7/memory.limit_in_bytes") == "1000");
  here.file("sys/fs/cgroup/memory/pinion-7/memory.oom_control",
            "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
  CHECK_FALSE(sut->has_killed());
}

TEST_CASE("there is no cgroup where none may be made") {
  const scene here;
  CHECK_FALSE(memory_cgroup::make(here.system, "pinion-7", 1000));
  here.file("proc/self/cgroup", "0::/\n");
  here.file("proc/self/mountinfo", "30 22 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  here.file("sys/fs/cgroup/cgroup.subtree_control", "cpu\n");
  CHECK_FALSE(memory_cgroup::make(here.system, "pinion-7", 1000));
}

TEST_CASE("a process that goes over the limit of its cgroup is ended by the system, and the cgroup knows") {
  const auto sut =
      memory_cgroup::make(system_root(), "pinion-test-" + std::to_string(::getpid()), std::size_t{32} << 20U);
  if (!sut) {
    MESSAGE("this process may not make a cgroup; skipped");
    return;
  }
  int go[2];
  REQUIRE(::pipe(go) == 0);
  const auto child = ::fork();
  if (child == 0) {
    char byte = 0;
    [[maybe_unused]] const auto got = ::read(go[0], &byte, 1);
    constexpr std::size_t much = std::size_t{256} << 20U;
    auto* all =
        static_cast<char*>(::mmap(nullptr, much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    for (std::size_t i = 0; i < much; i += 4096)
      all[i] = 1;
    ::_exit(0);
  }
  const bool taken = sut->take(child);
  CHECK(taken);
  CHECK(::write(go[1], "x", 1) == 1);
  int how = 0;
  ::waitpid(child, &how, 0);
  ::close(go[0]);
  ::close(go[1]);
  CHECK((WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL));
  CHECK(sut->has_killed());
}
