#include <pinion/runtime/health_check.hpp>

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <fstream>
#include <functional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <pinion/shm/segment_name.hpp>

#include <support/scratch_directory.hpp>

using namespace pinion;
namespace fs = std::filesystem;

namespace {

// A system without a fault, in a scratch directory; tests plant theirs.
struct planted_system {
  planted_system() : where(folder.path()) {
    write("/proc/self/mountinfo", "24 1 0:22 / / rw - ext4 /dev/sda rw\n"
                                  "29 24 0:26 / /dev/shm rw,nosuid,noexec - tmpfs tmpfs rw,size=8388608k\n");
    write("/proc/self/limits", limits("65536", "unlimited", "unlimited"));
    write("/proc/self/cgroup", "0::/user.slice/user-1000.slice\n");
    write("/sys/fs/cgroup/user.slice/user-1000.slice/memory.max", "max\n");
    write("/proc/self/stat", "1 (x) S\n");
    write("/proc/meminfo",
          "MemTotal:       16777216 kB\nCommitLimit:    8388608 kB\nCommitted_AS:   4194304 kB\n");
    write("/proc/sys/kernel/osrelease", "6.1.0-9-amd64\n");
    write("/proc/sys/kernel/random/boot_id", "0f4c9d2e-0000\n");
    write("/proc/sys/vm/overcommit_memory", "0\n");
    write("/sys/kernel/mm/transparent_hugepage/shmem_enabled",
          "always within_size [advise] never deny force\n");
    make("/dev/shm");
    REQUIRE(::chmod(where.path("/dev/shm").c_str(), 01777) == 0);
    make("/run/user/1000");
    settings.runtime_dir = "/run/user/1000/pinion";
    where.user_name = "somebody";
    where.shm_total = std::uint64_t{8} << 30;
    where.shm_free = where.shm_total;
    where.processors = 4;
  }

  static std::string limits(const std::string& files, const std::string& size, const std::string& addresses) {
    return "Limit                     Soft Limit           Hard Limit           Units     \n"
           "Max file size             " +
           size +
           "            unlimited            bytes     \n"
           "Max open files            " +
           files +
           "                 1048576              files     \n"
           "Max address space         " +
           addresses + "            unlimited            bytes     \n";
  }

  void make(const std::string& path) const { fs::create_directories(where.path(path)); }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(where.path(path).parent_path());
    std::ofstream(where.path(path)) << text;
  }
  void remove(const std::string& path) const { fs::remove_all(where.path(path)); }
  // Somebody with a login.
  void become_person() { where.user = 4711; }
  void run_systemd() const { make("/run/systemd/system"); }

  finding look(const std::string& check) const {
    for (const auto& each : check_health(settings, where))
      if (each.check == check)
        return each;
    FAIL("there is no check " << check);
    return {};
  }

  pinion::test::scratch_directory folder{"health"};
  system_root where;
  config settings;
};

using enum finding::level;

struct fault {
  const char* what;
  const char* check;
  finding::level how;
  const char* says; ///< a part of it
  const char* advice;
  std::function<void(planted_system&)> plant;
};

const std::vector<fault> faults{
    {"no /dev/shm", "shm-mount", problem, "there is no /dev/shm", "mount -t tmpfs",
     [](planted_system& it) {
       it.settings.array_memory = backing::named;
       it.remove("/dev/shm");
     }},
    {"no /dev/shm, and nobody insists on it", "shm-mount", warning, "memory without a name", "mount -t tmpfs",
     [](planted_system& it) { it.remove("/dev/shm"); }},
    {"/dev/shm mounted read-only", "shm-mount", problem, "mounted read-only", "remount,rw",
     [](planted_system& it) {
       it.settings.array_memory = backing::named;
       it.write("/proc/self/mountinfo", "29 24 0:26 / /dev/shm ro,nosuid - tmpfs tmpfs rw\n");
     }},
    {"/dev/shm mounted read-only, and nobody insists on it", "shm-mount", warning, "memory without a name",
     "remount,rw",
     [](planted_system& it) {
       it.write("/proc/self/mountinfo", "29 24 0:26 / /dev/shm ro,nosuid - tmpfs tmpfs rw\n");
     }},
    {"/dev/shm on a disk", "shm-mount", warning, "ext4", "mount -t tmpfs",
     [](planted_system& it) {
       it.write("/proc/self/mountinfo", "29 24 0:26 / /dev/shm rw - ext4 /dev/sda rw\n");
     }},
    {"/dev/shm without a sticky bit", "shm-mount", problem, "no sticky bit", "chmod 1777",
     [](planted_system& it) { ::chmod(it.where.path("/dev/shm").c_str(), 0777); }},
    {"a container's /dev/shm", "shm-size", warning, "64.0 MiB only", "--shm-size",
     [](planted_system& it) {
       it.settings.array_memory = backing::named;
       it.where.shm_total = it.where.shm_free = std::uint64_t{64} << 20;
     }},
    {"a container's /dev/shm, full, and nobody insists on it", "shm-size", warning, "memory without a name",
     "--shm-size",
     [](planted_system& it) {
       it.where.shm_total = std::uint64_t{64} << 20;
       it.where.shm_free = 0;
     }},
    {"/dev/shm smaller than store_limit", "shm-size", problem, "less than store_limit", "lower store_limit",
     [](planted_system& it) {
       it.settings.store_limit = std::size_t{9} << 30;
       it.settings.array_memory = backing::named;
     }},
    {"/dev/shm smaller than store_limit, and nobody insists on it", "shm-size", warning,
     "memory without a name", "lower store_limit",
     [](planted_system& it) { it.settings.store_limit = std::size_t{9} << 30; }},
    {"/dev/shm small beside memory", "shm-size", warning, "little of the 16.0 GiB", "size=8G",
     [](planted_system& it) {
       it.settings.array_memory = backing::named;
       it.where.shm_total = it.where.shm_free = std::uint64_t{1} << 30;
     }},
    {"/dev/shm full", "shm-free", problem, "is full", "pinion shm gc",
     [](planted_system& it) { it.where.shm_free = 4096; }},
    {"/dev/shm nearly full", "shm-free", warning, "nearly full", "pinion shm ls",
     [](planted_system& it) { it.where.shm_free = it.where.shm_total / 20; }},
    {"RemoveIPC by default", "remove-ipc", warning, "when no file says otherwise", "enable-linger somebody",
     [](planted_system& it) {
       it.become_person();
       it.run_systemd();
     }},
    {"RemoveIPC=yes in a drop-in that comes last", "remove-ipc", warning, "/etc/systemd/logind.conf.d/z.conf",
     "RemoveIPC=no",
     [](planted_system& it) {
       it.become_person();
       it.run_systemd();
       it.write("/etc/systemd/logind.conf", "[Login]\nRemoveIPC=no\n");
       it.write("/usr/lib/systemd/logind.conf.d/a.conf", "[Login]\nRemoveIPC=no\n");
       it.write("/etc/systemd/logind.conf.d/z.conf", "[Login]\n RemoveIPC = yes\n");
     }},
    {"hardly any descriptors", "open-files", problem, "32 open files", "ulimit -n",
     [](planted_system& it) { it.write("/proc/self/limits", it.limits("32", "unlimited", "unlimited")); }},
    {"few descriptors", "open-files", warning, "256 open files", "LimitNOFILE",
     [](planted_system& it) { it.write("/proc/self/limits", it.limits("256", "unlimited", "unlimited")); }},
    {"files limited to a megabyte", "file-size", problem, "1.00 MiB at most", "ulimit -f",
     [](planted_system& it) { it.write("/proc/self/limits", it.limits("65536", "1048576", "unlimited")); }},
    {"files limited to a gigabyte", "file-size", warning, "larger than 1.00 GiB", "ulimit -f",
     [](planted_system& it) {
       it.write("/proc/self/limits", it.limits("65536", "1073741824", "unlimited"));
     }},
    {"addresses limited", "address-space", problem, "limited to 4.00 GiB", "ulimit -v",
     [](planted_system& it) {
       it.write("/proc/self/limits", it.limits("65536", "unlimited", "4294967296"));
     }},
    {"a group around this one with little memory", "group-memory", warning, "1.00 GiB of memory",
     "set store_limit",
     [](planted_system& it) { it.write("/sys/fs/cgroup/user.slice/memory.max", "1073741824\n"); }},
    {"a group with less memory than store_limit", "group-memory", problem, "less than store_limit",
     "--memory",
     [](planted_system& it) {
       it.settings.store_limit = std::size_t{2} << 30;
       it.write("/sys/fs/cgroup/user.slice/user-1000.slice/memory.max", "1073741824\n");
     }},
    {"a group of version 1", "group-memory", warning, "512.0 MiB of memory", "set store_limit",
     [](planted_system& it) {
       it.write("/proc/self/cgroup", "9:cpu:/x\n4:memory:/docker/1\n0::/\n");
       it.write("/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "536870912\n");
     }},
    {"strict overcommit", "overcommit", warning, "4.00 GiB of it are left", "vm.overcommit_memory=0",
     [](planted_system& it) { it.write("/proc/sys/vm/overcommit_memory", "2\n"); }},
    {"an old kernel", "kernel", warning, "MADV_POPULATE_WRITE", "5.14",
     [](planted_system& it) { it.write("/proc/sys/kernel/osrelease", "5.10.0-28-amd64\n"); }},
    {"an ancient kernel", "kernel", problem, "pidfd_open", "5.3",
     [](planted_system& it) { it.write("/proc/sys/kernel/osrelease", "4.18.0\n"); }},
    {"no /proc", "proc", problem, "cannot be read", "mount -t proc",
     [](planted_system& it) { it.remove("/proc/self/stat"); }},
    {"huge pages off", "huge-pages", warning, "off (never)", "echo advise",
     [](planted_system& it) {
       it.write("/sys/kernel/mm/transparent_hugepage/shmem_enabled",
                "always within_size advise [never] deny force\n");
     }},
    {"no huge pages", "huge-pages", warning, "no huge pages", "CONFIG_TRANSPARENT_HUGEPAGE",
     [](planted_system& it) { it.remove("/sys/kernel/mm"); }},
    {"a runtime directory open to others", "runtime-dir", problem, "open to other users", "name another",
     [](planted_system& it) {
       it.make("/run/user/1000/pinion");
       ::chmod(it.where.path("/run/user/1000/pinion").c_str(), 0755);
     }},
    {"another user's runtime directory", "runtime-dir", problem, "belongs to user", "PINION_RUNTIME_DIR",
     [](planted_system& it) {
       it.make("/run/user/1000/pinion");
       ::chmod(it.where.path("/run/user/1000/pinion").c_str(), 0700);
       it.where.user += 1;
     }},
    {"a file as runtime directory", "runtime-dir", problem, "is no directory", "remove it",
     [](planted_system& it) { it.write("/run/user/1000/pinion", ""); }},
    {"a segment of a dead process", "dead-owners", warning, "1 segment of dead processes", "pinion shm gc",
     [](planted_system& it) {
       auto owner = this_owner();
       owner.start += 1;
       it.write("/dev/shm" + to_string(segment_name{owner, 1}), "");
     }},
};

} // namespace

TEST_CASE("a system without a fault passes every check") {
  const planted_system it;
  for (const auto& each : check_health(it.settings, it.where)) {
    CAPTURE(each.check);
    CAPTURE(each.says);
    CHECK(each.how == ok);
    CHECK(each.advice.empty());
  }
}

TEST_CASE("each planted fault is named, with what to do, and no other check is troubled by it") {
  for (const auto& each : faults) {
    CAPTURE(each.what);
    planted_system it;
    each.plant(it);
    const auto found = it.look(each.check);
    CAPTURE(found.says);
    CAPTURE(found.advice);
    CHECK(found.how == each.how);
    CHECK(found.says.find(each.says) != std::string::npos);
    CHECK(found.advice.find(each.advice) != std::string::npos);
    for (const auto& other : check_health(it.settings, it.where))
      if (other.check != each.check) {
        CAPTURE(other.check);
        CAPTURE(other.says);
        CHECK(other.how != problem);
      }
  }
}

TEST_CASE("systemd's habit does not matter where it does not run, to system users, and to those who linger") {
  planted_system it;
  CHECK(it.look("remove-ipc").how == ok);
  it.run_systemd();
  it.where.user = 33;
  CHECK(it.look("remove-ipc").how == ok);
  it.become_person();
  CHECK(it.look("remove-ipc").how == warning);
  it.write("/var/lib/systemd/linger/somebody", "");
  CHECK(it.look("remove-ipc").how == ok);
}

TEST_CASE(
    "a later file about RemoveIPC overrules an earlier one of the same name, and a comment says nothing") {
  planted_system it;
  it.become_person();
  it.run_systemd();
  it.write("/etc/systemd/logind.conf", "[Login]\n#RemoveIPC=no\n");
  CHECK(it.look("remove-ipc").how == warning);
  it.write("/usr/lib/systemd/logind.conf.d/a.conf", "[Login]\nRemoveIPC=yes\n");
  it.write("/etc/systemd/logind.conf.d/a.conf", "[Login]\nRemoveIPC=no\n");
  CHECK(it.look("remove-ipc").how == ok);
}

TEST_CASE("what a dead node left in the runtime directory is found") {
  planted_system it;
  it.make("/run/user/1000/pinion");
  REQUIRE(::chmod(it.where.path("/run/user/1000/pinion").c_str(), 0700) == 0);
  const auto lock = it.where.path("/run/user/1000/pinion/lab.lock");
  std::ofstream{lock};
  REQUIRE(::chmod(lock.c_str(), 0600) == 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto socket = it.where.path("/run/user/1000/pinion/lab.sock").string();
  REQUIRE(socket.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, socket.c_str(), socket.size());
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(listener);
  CHECK(it.look("dead-names").how == warning);
  // A node that lives holds its lock.
  const int held = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(held, LOCK_EX) == 0);
  CHECK(it.look("dead-names").how == ok);
  ::close(held);
}

TEST_CASE("another user's file under a name of ours is told of") {
  if (::geteuid() != 0) {
    MESSAGE("needs root to give a file away; skipped");
    return;
  }
  planted_system it;
  const auto name = "/dev/shm" + to_string(segment_name{this_owner(), 1});
  it.write(name, "");
  REQUIRE(::chown(it.where.path(name).c_str(), 65534, 65534) == 0);
  CHECK(it.look("intruders").how == warning);
  CHECK(it.look("dead-owners").how == ok);
}

TEST_CASE("the real system can be looked at, and every check has a name of its own") {
  const auto found = check_health(config{});
  std::vector<std::string> names;
  for (const auto& each : found) {
    names.push_back(each.check);
    CHECK_FALSE(each.says.empty());
    CHECK(each.advice.empty() == (each.how == ok));
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  CHECK(names.size() >= 14);
}

TEST_CASE("who keeps arrays in memory without a name needs no /dev/shm") {
  planted_system sut;
  sut.remove("/dev/shm");
  sut.settings.array_memory = backing::memfd;
  CHECK(sut.look("shm-size").how == ok);
  for (const auto& each : check_health(sut.settings, sut.where))
    CHECK(each.check != "shm-mount");
}
