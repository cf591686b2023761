#include "report.hpp"

#include <utility>

#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/runtime/scenario/processor_time.hpp>
#include <pinion/runtime/table.hpp>

namespace pinion::bench {

namespace {

using scenario::factor_text;

std::string amount(const figure& what, double value) {
  return what.in == figure::unit::seconds ? scenario::seconds_text(value) : scenario::bytes_text(value);
}

std::string bar_text(const figure& what) {
  if (!what.has_bar())
    return "-";
  if (what.limit_times <= 0)
    return amount(what, what.limit_plus);
  return factor_text(what.limit_times) + (what.limit_plus > 0 ? " + " + amount(what, what.limit_plus) : "");
}

std::string verdict(const figure& what) { return what.has_bar() ? (what.holds() ? "holds" : "over") : ""; }

std::string spread(const figure& what) {
  return what.low < what.high ? amount(what, what.low) + " .. " + amount(what, what.high) : "-";
}

} // namespace

void report::add(const std::string& measurement, std::vector<figure> figures) {
  for (auto& each : figures)
    lines_.push_back({measurement, std::move(each)});
}

std::string report::text() const {
  using align = table::align;
  table rows({{"what"},
              {"of"},
              {"floor", align::right},
              {"pinion", align::right},
              {"p10 .. p90", align::right},
              {"ratio", align::right},
              {"at most", align::right},
              {""}});
  std::string meanings;
  for (const auto& [name, what] : lines_) {
    if (!what.skipped.empty()) {
      rows.add({name, what.of, "-", "-", "-", "-", "-", "not measured"});
      meanings += name + ", " + what.of + ": not measured, " + what.skipped + ".\n";
      continue;
    }
    const bool compared = what.floor > 0;
    rows.add({name, what.of, compared ? amount(what, what.floor) : "-", amount(what, what.ours), spread(what),
              compared ? factor_text(what.ratio()) : "-", bar_text(what), verdict(what)});
    meanings += name + ", " + what.of + ": " + what.means + "\n";
  }
  return rows.text() + "\nMedians; floor and pinion were measured in turn.\n" + meanings;
}

nlohmann::ordered_json report::json(bool quick) const {
  nlohmann::ordered_json result;
  result["processors"] = scenario::usable_processors();
  result["quick"] = quick;
  auto& figures = result["figures"] = nlohmann::ordered_json::array();
  for (const auto& [name, what] : lines_) {
    nlohmann::ordered_json one;
    one["measurement"] = name;
    one.update(to_json(what));
    figures.push_back(std::move(one));
  }
  return result;
}

} // namespace pinion::bench
