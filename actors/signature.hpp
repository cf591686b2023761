#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/actors/argument.hpp>

namespace pinion {

/// One parameter of a kernel, or its result. A plain value; any thread.
struct parameter {
  enum class kind : std::uint8_t {
    scalar,    ///< a number of `type`
    string,    ///< std::string, std::string_view
    array,     ///< view<T>: elements of `type`
    any_array, ///< any_view: elements of any type, read only
    guarded,   ///< guarded<T>: a block of bytes with elements of `type` behind a guard
    record,    ///< record: a block of bytes with numbers and texts
  };

  kind what = kind::scalar;
  dtype type = dtype::float64;
  bool writable = false;           ///< arrays: opened for writing
  std::optional<std::size_t> rank; ///< arrays: none = any
  bool made = false;               ///< results: a new array, the caller's to keep
  bool shared = false;             ///< arrays: used without a lease (shared_view, shared_value)

  bool operator==(const parameter&) const = default;

  /// As in a signature: "float64", "string", "view<const float64>", "view_nd<float64, 2>", "any_view".
  std::string to_string() const;

  /// How far an argument is from fitting: nothing when it does not, 0 when it is of this very type, below
  /// `conversion` when it fits as it is (rank left open), else the dearer the more the conversion changes.
  std::optional<unsigned> cost_of(const argument_view& x) const;
  static constexpr unsigned conversion = 1000;
};

/// What a kernel takes and gives, derived from its function type (binding.hpp). A plain value; any thread.
/// A `context&` is not a parameter: no caller passes it.
struct signature {
  std::vector<parameter> parameters;
  std::optional<parameter> result; ///< none = void
  bool takes_context = false;

  /// "dot(view<const float64>, view<const float64>) -> float64"; a kernel without a result ends in "nothing".
  std::string to_string(std::string_view name) const;

  /// How arguments fit, all of them.
  struct match {
    bool fits = false;
    unsigned cost = 0;      ///< when it fits: the sum over the parameters
    std::size_t misfit = 0; ///< when it does not: the first argument in the way, from 1; 0 = their number
  };
  match fit(std::span<const argument_view> arguments) const;
};

} // namespace pinion
