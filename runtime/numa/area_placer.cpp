#include <pinion/runtime/numa/area_placer.hpp>

#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace pinion::numa {
namespace {

std::string reason(int error) {
  if (error == ENOSYS)
    return "this system does not place memory (mbind is missing)";
  if (error == EPERM)
    return "this process may not place memory (mbind is forbidden, as in containers without CAP_SYS_NICE)";
  return std::string("the system refuses to place memory: ") + std::strerror(error);
}

} // namespace

area_placer::area_placer(hwloc_topology_t machine, const placement_plan& plan, memory_placer::teller tell)
    : machine_(machine), plan_(plan), tell_(std::move(tell)), nodes_(hwloc_bitmap_alloc()) {
  for (const auto number : plan_.nodes)
    if (!nodes_ || hwloc_bitmap_set(nodes_.get(), static_cast<unsigned>(number)) != 0)
      throw std::bad_alloc();
}

void area_placer::operator()(std::byte* base, std::uint64_t size) noexcept {
  // Without HWLOC_MEMBIND_STRICT: see memory_placement::way::bind.
  if (hwloc_set_area_membind(machine_, base, size, nodes_.get(), plan_.policy, HWLOC_MEMBIND_BYNODESET) != 0)
    report(errno);
}

void area_placer::report(int error) noexcept {
  if (!tell_ || told_.exchange(true))
    return;
  try {
    tell_("memory_placement " + plan_.asked + ": " + reason(error) +
          "; arrays lie where the system puts them");
  } catch (const std::bad_alloc&) {
    // A line in a log is not worth an array.
  }
}

} // namespace pinion::numa
