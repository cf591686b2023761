#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include <hwloc.h>

#include <pinion/runtime/memory_placer.hpp>
#include <pinion/runtime/numa/placement_plan.hpp>

namespace pinion::numa {

/// Tells the system on which NUMA nodes the pages of mappings are to lie, as a plan says. Any thread, several
/// at once.
///
/// mbind(2) says that a policy is ignored for files mapped MAP_SHARED; that is so for files on disks. For
/// memory that lives in files (tmpfs, and so POSIX shared memory; memfd) the policy belongs to the object and
/// holds for whoever touches a page first, in whichever process, through whichever mapping: Linux,
/// Documentation/admin-guide/mm/numa_memory_policy.rst, "Shared Policy"; numactl(8), --file.
/// posix_fallocate(3) heeds it as well. It holds for pages that come later; none is moved.
class area_placer {
public:
  /// `machine` must outlive it, `plan` have nodes. `tell` hears of the first refusal.
  area_placer(hwloc_topology_t machine, const placement_plan& plan, memory_placer::teller tell);

  /// `base` is the start of a page. A refusal leaves the mapping as it was.
  void operator()(std::byte* base, std::uint64_t size) noexcept;

private:
  void report(int error) noexcept;

  struct bitmap_end {
    void operator()(hwloc_bitmap_t what) const noexcept { hwloc_bitmap_free(what); }
  };

  const hwloc_topology_t machine_;
  const placement_plan plan_;
  const memory_placer::teller tell_;
  std::unique_ptr<std::remove_pointer_t<hwloc_bitmap_t>, bitmap_end> nodes_;
  std::atomic<bool> told_{false};
};

} // namespace pinion::numa
