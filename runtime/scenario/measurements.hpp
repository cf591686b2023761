#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pinion/runtime/scenario/step.hpp>

namespace pinion::scenario {

/// What the steps measured, by full name ("await.probe.p99_ms"), in the order of measuring. Written and read
/// by the player's thread.
class measurements {
public:
  void set(const std::string& name, double value);
  std::optional<double> find(std::string_view name) const;
  const std::vector<std::pair<std::string, double>>& all() const noexcept { return values_; }

private:
  std::vector<std::pair<std::string, double>> values_;
};

/// Every full name that this step will set when it is played to its end.
std::vector<std::string> names_measured_by(const step& what);

} // namespace pinion::scenario
