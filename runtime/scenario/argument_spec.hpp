#pragma once

#include <string>
#include <variant>

#include <pinion/runtime/scenario/scalar.hpp>

namespace pinion::scenario {

/// One argument of a kernel as the file gives it.
struct argument_spec {
  struct array {
    std::string name; ///< of an [[array]]: "@name"
  };
  struct measured {
    std::string name; ///< of a setting that is measured when the scenario starts: "$name"
  };
  std::variant<scalar, array, measured> value;
};

} // namespace pinion::scenario
