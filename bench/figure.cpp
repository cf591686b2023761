#include "figure.hpp"

#include <utility>

namespace pinion::bench {

figure compare(std::string of, const samples& floor, const samples& ours) {
  figure result;
  result.of = std::move(of);
  result.floor = floor.percentile(0.5);
  result.ours = ours.percentile(0.5);
  result.low = ours.percentile(0.1);
  result.high = ours.percentile(0.9);
  return result;
}

figure skip(std::string of, std::string why) {
  figure result;
  result.of = std::move(of);
  result.skipped = std::move(why);
  return result;
}

nlohmann::ordered_json to_json(const figure& what) {
  nlohmann::ordered_json result;
  result["of"] = what.of;
  if (!what.skipped.empty()) {
    result["skipped"] = what.skipped;
    return result;
  }
  result["unit"] = what.in == figure::unit::seconds ? "s" : "B";
  result["floor"] = what.floor;
  result["pinion"] = what.ours;
  result["p10"] = what.low;
  result["p90"] = what.high;
  result["ratio"] = what.ratio();
  if (what.has_bar()) {
    result["bar"] = {{"times_floor", what.limit_times}, {"plus", what.limit_plus}};
    result["holds"] = what.holds();
  }
  result["means"] = what.means;
  return result;
}

figure figure_from(const nlohmann::ordered_json& what) {
  figure result;
  result.of = what.at("of");
  if (what.contains("skipped")) {
    result.skipped = what.at("skipped");
    return result;
  }
  result.in = what.at("unit") == "s" ? figure::unit::seconds : figure::unit::bytes;
  result.floor = what.at("floor");
  result.ours = what.at("pinion");
  result.low = what.at("p10");
  result.high = what.at("p90");
  result.means = what.at("means");
  if (what.contains("bar")) {
    result.limit_times = what.at("bar").at("times_floor");
    result.limit_plus = what.at("bar").at("plus");
  }
  return result;
}

} // namespace pinion::bench
