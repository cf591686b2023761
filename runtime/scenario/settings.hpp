#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pinion/runtime/scenario/calibration.hpp>
#include <pinion/runtime/scenario/mark.hpp>
#include <pinion/runtime/scenario/scalar.hpp>

namespace pinion::scenario {

/// What [set] declares and --set changes: names with values that stand for "$name" elsewhere in the file.
/// A value; not shared between threads while it is changed.
class settings {
public:
  void declare(const std::string& name, scalar value, const mark& where);
  void declare_measured(const calibration& how);

  /// One `key=value` of the command line. The value must be of the kind of the default; a measured setting
  /// takes a whole number and is then not measured any more. Fails for unknown keys, naming the nearest.
  void change(const std::string& key_and_value, const std::string& file);

  /// A text with "$name" put in: alone, it keeps the kind of the setting; inside a longer text it is spelled
  /// out. "$$" is a dollar sign. Other kinds come back as they are. Fails for unknown names, and for measured
  /// ones that have no value yet.
  scalar resolve(const scalar& value, const mark& where) const;

  /// The measured setting that a text stands for as a whole ("$n"), while it has no value yet; else null.
  const calibration* awaited(const std::string& text) const;

  /// Settings still to be measured, in the order of the file.
  std::vector<calibration> to_measure() const;

  /// Gives a measured setting its value.
  void measured(const std::string& name, std::int64_t value);

  struct entry {
    std::string name;
    scalar value;
    mark where;
    calibration how;      ///< kernel is empty where nothing is measured
    bool is_open = false; ///< to be measured, not yet done
  };
  /// All of them, in the order of the file.
  const std::vector<entry>& entries() const noexcept { return entries_; }

private:
  const entry* find(std::string_view name) const;
  const entry& at(std::string_view name, const mark& where) const;
  std::vector<std::string_view> names() const;

  std::vector<entry> entries_;
};

/// Letters, digits and underscores, no digit first: what names in a scenario are made of.
bool is_name(std::string_view text) noexcept;

} // namespace pinion::scenario
