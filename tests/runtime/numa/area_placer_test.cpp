#include <doctest/doctest.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <pinion/runtime/numa/area_placer.hpp>
#include <pinion/runtime/numa/topology.hpp>
#include <pinion/shm/descriptor.hpp>

#include "support/child.hpp"

using pinion::numa::area_placer;
using pinion::numa::placement_plan;
using pinion::numa::this_machine;

namespace {

constexpr std::size_t size = std::size_t{1} << 20;

// One of any number of mappings of the same memory.
class mapped {
public:
  explicit mapped(const pinion::descriptor& file)
      : at_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0)) {
    if (at_ == MAP_FAILED)
      throw std::system_error(errno, std::generic_category(), "mmap");
  }
  mapped(const mapped&) = delete;
  mapped& operator=(const mapped&) = delete;
  ~mapped() { ::munmap(at_, size); }

  std::byte* base() const { return static_cast<std::byte*>(at_); }

private:
  void* at_;
};

pinion::descriptor memory() {
  pinion::descriptor file(::memfd_create("pinion-test", MFD_CLOEXEC));
  if (!file || ::ftruncate(file.get(), size) != 0)
    throw std::system_error(errno, std::generic_category(), "memfd");
  return file;
}

// The nodes with memory; where there is one alone, a plan for it can still be carried out.
std::vector<int> nodes_here() {
  std::vector<int> result;
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(this_machine(), HWLOC_OBJ_NUMANODE, node)) != nullptr)
    if (node->attr->numanode.local_memory > 0 &&
        hwloc_bitmap_isset(hwloc_topology_get_allowed_nodeset(this_machine()), node->os_index) != 0)
      result.push_back(static_cast<int>(node->os_index));
  return result;
}

placement_plan plan(hwloc_membind_policy_t policy, std::vector<int> nodes) {
  return {policy, std::move(nodes), {}, "bind:0"};
}

std::vector<int> numbers(hwloc_const_bitmap_t set) {
  std::vector<int> result;
  for (int each = hwloc_bitmap_first(set); each >= 0; each = hwloc_bitmap_next(set, each))
    result.push_back(each);
  return result;
}

// Whether the system places memory at all; some kernels and containers do not.
bool can_place() {
  const auto file = memory();
  const mapped area(file);
  std::string refused;
  area_placer sut(this_machine(), plan(HWLOC_MEMBIND_BIND, nodes_here()),
                  [&](const std::string& line) { refused = line; });
  sut(area.base(), size);
  if (!refused.empty())
    MESSAGE(refused);
  return refused.empty();
}

// The line of /proc/self/numa_maps for a mapping; empty where there is none such.
std::string numa_map(const void* base) {
  std::ifstream file("/proc/self/numa_maps");
  std::ostringstream start;
  start << std::hex << reinterpret_cast<std::uintptr_t>(base) << ' ';
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(start.str()))
      return line;
  return "";
}

// From now on mbind(2) fails in this process, as where a kernel has none or a container forbids it.
void refuse_mbind(int error) {
  const sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mbind, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{4, const_cast<sock_filter*>(program)};
  pinion::test::must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no PR_SET_NO_NEW_PRIVS");
  pinion::test::must(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0, "no PR_SET_SECCOMP");
}

std::vector<std::string> told_when_refused(int error) {
  const auto file = memory();
  pinion::test::child asker([&] {
    const mapped area(file);
    refuse_mbind(error);
    area_placer sut(this_machine(), plan(HWLOC_MEMBIND_BIND, {0}),
                    [](const std::string& line) { pinion::test::child::say(line); });
    sut(area.base(), size);
    sut(area.base(), size);
    std::memset(area.base(), 1, size);
    pinion::test::child::say("filled");
  });
  std::vector<std::string> lines;
  for (auto line = asker.line(); !line.empty(); line = asker.line())
    lines.push_back(line);
  CHECK(asker.wait() == 0);
  return lines;
}

} // namespace

TEST_CASE("a policy belongs to the memory: every mapping of it has it, whoever asked") {
  if (!can_place())
    return;
  const auto nodes = nodes_here();
  for (const auto policy : {HWLOC_MEMBIND_INTERLEAVE, HWLOC_MEMBIND_BIND}) {
    const auto file = memory();
    const mapped asked(file);
    const mapped other(file);
    area_placer sut(this_machine(), plan(policy, nodes), [](const std::string& line) { FAIL_CHECK(line); });
    sut(asked.base(), size);
    hwloc_membind_policy_t found = HWLOC_MEMBIND_DEFAULT;
    auto* set = hwloc_bitmap_alloc();
    CHECK(hwloc_get_area_membind(this_machine(), other.base(), size, set, &found, HWLOC_MEMBIND_BYNODESET) ==
          0);
    CHECK(found == policy);
    CHECK(numbers(set) == nodes);
    hwloc_bitmap_free(set);
  }
}

TEST_CASE("the system's own list of mappings has the policy") {
  if (!std::ifstream("/proc/self/numa_maps") || !can_place())
    return;
  const auto file = memory();
  const mapped area(file);
  area_placer sut(this_machine(), plan(HWLOC_MEMBIND_INTERLEAVE, nodes_here()), {});
  sut(area.base(), size);
  CHECK(numa_map(area.base()).find(" interleave:") != std::string::npos);
}

TEST_CASE("pages lie on the nodes of the plan, reserved or touched, by another process too") {
  if (!can_place())
    return;
  const std::vector<int> last{nodes_here().back()};
  const auto file = memory();
  const mapped area(file);
  area_placer sut(this_machine(), plan(HWLOC_MEMBIND_BIND, last), {});
  sut(area.base(), size);
  REQUIRE(::posix_fallocate(file.get(), 0, size / 2) == 0);
  pinion::test::child worker([&] { std::memset(mapped(file).base() + size / 2, 1, size / 2); });
  REQUIRE(worker.wait() == 0);
  // Pages that another process touched are known here once this one has seen them.
  for (std::size_t i = 0; i < size; i += 4096)
    static_cast<void>(static_cast<volatile std::byte*>(area.base())[i]);
  auto* set = hwloc_bitmap_alloc();
  CHECK(hwloc_get_area_memlocation(this_machine(), area.base(), size, set, HWLOC_MEMBIND_BYNODESET) == 0);
  CHECK(numbers(set) == last);
  hwloc_bitmap_free(set);
}

TEST_CASE("a kernel without NUMA is told of once, and memory is there all the same") {
  CHECK(told_when_refused(ENOSYS) ==
        std::vector<std::string>{"memory_placement bind:0: this system does not place memory (mbind is "
                                 "missing); arrays lie where the "
                                 "system puts them",
                                 "filled"});
}

TEST_CASE("a container that forbids placement is told of once, and memory is there all the same") {
  CHECK(told_when_refused(EPERM) ==
        std::vector<std::string>{
            "memory_placement bind:0: this process may not place memory (mbind is forbidden, as "
            "in containers without CAP_SYS_NICE); arrays lie where the system puts them",
            "filled"});
}
