#include <pinion/runtime/numa/module.hpp>

#include <memory>

#include <pinion/runtime/numa/area_placer.hpp>
#include <pinion/runtime/numa/group_processors.hpp>
#include <pinion/runtime/numa/placement_plan.hpp>
#include <pinion/runtime/numa/topology.hpp>

extern "C" void pinion_numa_open(const pinion::memory_placement& asked, const std::vector<int>& processors,
                                 pinion::memory_placer::teller tell, pinion::memory_placer& into) {
  using namespace pinion::numa;
  auto* machine = this_machine();
  const auto plan = placement_plan::make(machine, asked, processors);
  into.note = plan.note;
  if (!plan.nodes.empty())
    into.place = [placer = std::make_shared<area_placer>(machine, plan, std::move(tell))](
                     std::byte* base, std::uint64_t size) { (*placer)(base, size); };
}

extern "C" void pinion_numa_groups(pinion::pinning how, const std::vector<int>& processors,
                                   std::vector<std::vector<int>>& into) {
  using namespace pinion::numa;
  into = group_processors(this_machine(), how, processors);
}
