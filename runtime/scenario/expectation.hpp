#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/mark.hpp>
#include <pinion/runtime/scenario/measurements.hpp>

namespace pinion::scenario {

/// A comparison of two sums over measured names and numbers: "await.total_s <= 1.05 * await.floor_s". Numbers
/// may carry KiB, MiB or GiB. Checked when it is made, so that a misspelled name is found before anything is
/// played.
class expectation {
public:
  /// What became of it.
  struct verdict {
    bool holds = false;
    double left = 0;
    double right = 0;
    std::string values; ///< "await.total_s = 3.1, await.floor_s = 3.04": each name once
  };

  /// Fails where the text is no comparison, or has a name that is not among `known`.
  expectation(std::string text, std::string why, mark where, const std::vector<std::string>& known);

  /// A name that was not measured (its step was not played to the end) makes it fail to hold.
  verdict check(const measurements& measured) const;

  const std::string& text() const noexcept { return text_; }
  const std::string& why() const noexcept { return why_; }
  const mark& where() const noexcept { return where_; }
  const std::vector<std::string>& names() const noexcept { return names_; }

private:
  std::string text_;
  std::string why_;
  mark where_;
  std::vector<std::string> names_;
};

} // namespace pinion::scenario
