#include <algorithm>
#include <initializer_list>

#include <pinion/runtime/scenario/measurements.hpp>

namespace pinion::scenario {
namespace {

using names = std::vector<std::string>;

void add(names& out, const std::string& prefix, std::initializer_list<const char*> more) {
  for (const char* one : more)
    out.push_back(prefix + "." + one);
}

void add_probe(names& out, const std::string& prefix, const std::optional<probe_spec>& probe) {
  if (probe)
    add(out, prefix + ".probe", {"count", "p50_ms", "p99_ms", "max_ms"});
}

} // namespace

void measurements::set(const std::string& name, double value) {
  auto found =
      std::find_if(values_.begin(), values_.end(), [&](const auto& one) { return one.first == name; });
  if (found == values_.end())
    values_.emplace_back(name, value);
  else
    found->second = value;
}

std::optional<double> measurements::find(std::string_view name) const {
  auto found =
      std::find_if(values_.begin(), values_.end(), [&](const auto& one) { return one.first == name; });
  if (found == values_.end())
    return std::nullopt;
  return found->second;
}

std::vector<std::string> names_measured_by(const step& what) {
  names out;
  if (const auto* burst = std::get_if<burst_step>(&what.what)) {
    add(out, what.name,
        {"total_s", "floor_s", "ideal_s", "task_cpu_s", "cpu_s", "busy", "speedup", "results", "errors",
         "restarts"});
    add(out, what.name + ".latency", {"p50_ms", "p99_ms", "max_ms"});
    add_probe(out, what.name, burst->probe);
  } else if (std::holds_alternative<crash_step>(what.what)) {
    add(out, what.name, {"results", "errors", "lost", "node_died", "signal", "restarts"});
  } else if (std::holds_alternative<fault_step>(what.what)) {
    add(out, what.name, {"replaced_ms"});
  } else if (const auto* pause = std::get_if<pause_step>(&what.what)) {
    add_probe(out, what.name, pause->probe);
  } else {
    add(out, what.name,
        {"readable_s", "total_s", "array_bytes", "pss_bytes", "pss_ratio", "processes", "correct"});
  }
  return out;
}

} // namespace pinion::scenario
