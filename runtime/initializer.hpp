#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/actors/argument.hpp>

namespace pinion {

/// A kernel that each worker runs before its first task, as the initializer of Python's pools: to load a
/// model, to open a file. Where it fails the worker is replaced, as often as restart_limit says, and the
/// failure is reported once; it counts into start_timeout. Arrays among the arguments are the caller's to
/// keep for as long as the node lives, and are read without a lease. A plain value.
struct initializer {
  std::string kernel; ///< empty: none
  std::vector<argument> arguments;

  initializer() = default;
  /// `settings.initializer = {"load_model", "m.bin", 3};`
  template <class... Ts>
  explicit(false) initializer(std::string name, const Ts&... values)
      : kernel(std::move(name)), arguments{to_argument(values)...} {}
};

/// From `load_model m.bin 3`: whole numbers, other numbers, true and false, else texts, with quotes around
/// what has blanks, and a backslash before a quote in it. Nothing for what cannot be read.
std::optional<initializer> parse_initializer(std::string_view text);

/// As it is parsed.
std::string initializer_text(const initializer& what);

} // namespace pinion
