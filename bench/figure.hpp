#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <pinion/runtime/scenario/samples.hpp>

namespace pinion::bench {

using scenario::samples;

/// One line of the table: what pinion took, what the bare system took in the same run, and what is accepted.
/// A plain value; travels from the process that measured it as JSON.
struct figure {
  enum class unit { seconds, bytes };

  std::string of;    ///< what was measured, in a few words
  std::string means; ///< a sentence: what the floor is, and what the ratio says
  unit in = unit::seconds;
  double floor = 0;
  double ours = 0;
  /// The tenth and the ninetieth percentile of ours; equal where there is one value only.
  double low = 0;
  double high = 0;
  /// Accepted: ours <= limit_times * floor + limit_plus. Neither: reported beside, without a bar.
  double limit_times = 0;
  double limit_plus = 0;
  /// Why there is no figure; empty when there is one.
  std::string skipped;

  double ratio() const { return ours / floor; }
  double limit() const { return limit_times * floor + limit_plus; }
  bool has_bar() const { return limit_times > 0 || limit_plus > 0; }
  bool holds() const { return ours <= limit(); }
};

/// Medians and spread of both.
figure compare(std::string of, const samples& floor, const samples& ours);

nlohmann::ordered_json to_json(const figure& what);
figure figure_from(const nlohmann::ordered_json& what);

/// A figure that this machine cannot give.
figure skip(std::string of, std::string why);

} // namespace pinion::bench
