#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "figure.hpp"

namespace pinion::bench {

/// All figures of a run, by measurement, as a table for people and as JSON.
class report {
public:
  void add(const std::string& measurement, std::vector<figure> figures);

  /// The table, and beneath it a sentence a figure.
  std::string text() const;
  nlohmann::ordered_json json(bool quick) const;

private:
  struct line {
    std::string measurement;
    figure what;
  };

  std::vector<line> lines_;
};

} // namespace pinion::bench
