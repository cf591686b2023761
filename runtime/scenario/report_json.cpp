#include <cmath>

#include <nlohmann/json.hpp>

#include <pinion/runtime/scenario/report.hpp>

namespace pinion::scenario {
namespace {

using json = nlohmann::ordered_json;

json number(double value) {
  if (!std::isfinite(value))
    return nullptr;
  if (value == std::floor(value) && std::abs(value) < 1e15)
    return static_cast<std::int64_t>(value);
  return value;
}

} // namespace

std::string report_json(const script& what, const record& notes) {
  json out;
  out["scenario"] = what.file.string();
  out["title"] = what.title;
  out["set"] = json::object();
  for (const auto& one : what.set.entries())
    std::visit([&](const auto& value) { out["set"][one.name] = value; }, one.value);
  out["facts"] = notes.facts;
  out["measured"] = json::object();
  for (const auto& [name, value] : notes.measured.all())
    out["measured"][name] = number(value);
  out["remarks"] = notes.remarks;
  out["expect"] = json::array();
  for (std::size_t i = 0; i < notes.verdicts.size(); ++i) {
    const auto& expected = what.expectations[i];
    const auto& found = notes.verdicts[i];
    out["expect"].push_back({{"that", expected.text()},
                             {"holds", found.holds},
                             {"left", number(found.left)},
                             {"right", number(found.right)},
                             {"why", expected.why()}});
  }
  out["holds"] = notes.all_hold();
  // Foreign bytes (a file name) must not make it throw.
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace pinion::scenario
