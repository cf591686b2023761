#pragma once

#include <string>
#include <vector>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/holds.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/actors/registered_kernel.hpp>
#include <pinion/runtime/scenario/array_set.hpp>
#include <pinion/runtime/scenario/request_spec.hpp>
#include <pinion/runtime/scenario/settings.hpp>

namespace pinion::scenario {

/// A request with its arguments as kernels take them, and with its kernel chosen. A value that points into
/// the registry it was made with; any thread may read it.
struct prepared_request {
  std::string kernel;
  std::vector<argument> args;
  hold_list holds; ///< the blocks of its arrays
  const pinion::registered_kernel* body = nullptr;
};

/// Puts measured settings and arrays in. `arrays` may be null where no argument is one. A kernel that is not
/// there or does not take these arguments is a scenario_error with the line of the request.
prepared_request prepare_request(const request_spec& spec, const settings& set, const array_set* arrays,
                                 const kernel_registry& kernels);

} // namespace pinion::scenario
