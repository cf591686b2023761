#include <pinion/runtime/numa/placement_plan.hpp>

#include <algorithm>
#include <memory>
#include <string_view>
#include <type_traits>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/processor_list.hpp>

namespace pinion::numa {
namespace {

// What matters of one NUMA node.
struct node_facts {
  int number = 0;
  bool has_memory = false;
  bool allowed = false;
  bool has_processors = false;
  /// Whether one of the processors that we run on is its own.
  bool near = false;

  bool usable() const { return has_memory && allowed; }
};

bool for_graphics(hwloc_obj_t node) {
  return node->subtype != nullptr && std::string_view(node->subtype) == "GPUMemory";
}

bool has_one_of(hwloc_const_bitmap_t set, const std::vector<int>& numbers) {
  return std::any_of(numbers.begin(), numbers.end(),
                     [&](int number) { return hwloc_bitmap_isset(set, static_cast<unsigned>(number)) != 0; });
}

// By number.
std::vector<node_facts> facts_of(hwloc_topology_t machine, const std::vector<int>& processors) {
  const auto* allowed = hwloc_topology_get_allowed_nodeset(machine);
  std::vector<node_facts> result;
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(machine, HWLOC_OBJ_NUMANODE, node)) != nullptr)
    result.push_back({static_cast<int>(node->os_index), node->attr->numanode.local_memory > 0,
                      hwloc_bitmap_isset(allowed, node->os_index) != 0,
                      hwloc_bitmap_iszero(node->cpuset) == 0 && !for_graphics(node),
                      has_one_of(node->cpuset, processors)});
  // A system that tells of no memory at all does not tell.
  if (std::none_of(result.begin(), result.end(), [](const auto& each) { return each.has_memory; }))
    for (auto& each : result)
      each.has_memory = true;
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return result;
}

template <class Rule>
std::vector<int> those(const std::vector<node_facts>& nodes, Rule rule) {
  std::vector<int> result;
  for (const auto& each : nodes)
    if (rule(each))
      result.push_back(each.number);
  return result;
}

const node_facts* find(const std::vector<node_facts>& nodes, int number) {
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [&](const auto& each) { return each.number == number; });
  return found == nodes.end() ? nullptr : &*found;
}

// "node 7 is not there" or "nodes 7-8 are not there".
void complain(std::string& text, const std::vector<int>& nodes, const char* of_one, const char* of_many) {
  if (nodes.empty())
    return;
  text += text.empty() ? "NUMA " : ", ";
  text += (nodes.size() == 1 ? "node " : "nodes ") + processors_text(nodes) + " " +
          (nodes.size() == 1 ? of_one : of_many);
}

void check(const placement_plan& plan, const std::vector<int>& named, const std::vector<node_facts>& nodes,
           const std::vector<int>& usable) {
  std::vector<int> missing;
  std::vector<int> forbidden;
  std::vector<int> bare;
  for (const auto number : named) {
    const auto* node = find(nodes, number);
    if (node == nullptr)
      missing.push_back(number);
    else if (!node->has_memory)
      bare.push_back(number);
    else if (!node->allowed)
      forbidden.push_back(number);
  }
  std::string text;
  complain(text, missing, "is not there", "are not there");
  complain(text, bare, "has no memory", "have no memory");
  complain(text, forbidden, "is not for this process to use", "are not for this process to use");
  if (!text.empty())
    raise(runtime_errc::bad_config, "memory_placement " + plan.asked + ": " + text + "; arrays can lie on " +
                                        (usable.empty() ? std::string("none") : processors_text(usable)));
}

} // namespace

placement_plan placement_plan::make(hwloc_topology_t machine, const memory_placement& asked,
                                    const std::vector<int>& processors) {
  placement_plan plan;
  plan.asked = placement_text(asked);
  if (asked.how == memory_placement::way::first_touch)
    return plan;
  const auto nodes = facts_of(machine, processors);
  const auto usable = those(nodes, [](const auto& each) { return each.usable(); });
  check(plan, asked.nodes, nodes, usable);
  if (usable.size() < 2) {
    plan.note = "memory_placement " + plan.asked +
                " makes no difference here: there is one NUMA node that arrays can lie on";
    return plan;
  }
  plan.policy = asked.how == memory_placement::way::bind ? HWLOC_MEMBIND_BIND : HWLOC_MEMBIND_INTERLEAVE;
  plan.nodes = asked.nodes;
  if (plan.nodes.empty())
    plan.nodes = those(nodes, [](const auto& each) { return each.usable() && each.has_processors; });
  if (plan.nodes.empty())
    plan.nodes = usable;
  const auto near = those(nodes, [](const auto& each) { return each.near; });
  const auto is_near = [&](int number) { return std::binary_search(near.begin(), near.end(), number); };
  if (!near.empty() && std::none_of(plan.nodes.begin(), plan.nodes.end(), is_near))
    plan.note = "memory_placement " + plan.asked + ": all processors that this node uses (" +
                processors_text(processors) + ") are far from that memory; near to them is NUMA node " +
                processors_text(near);
  return plan;
}

} // namespace pinion::numa
