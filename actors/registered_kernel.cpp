#include <pinion/actors/registered_kernel.hpp>

#include <pinion/actors/binding.hpp>
#include <pinion/actors/error.hpp>

namespace pinion {

argument registered_kernel::invoke(std::span<const argument> arguments, mapper& maps, context& ctx,
                                   argument_map* where) const {
  if (arguments.size() != sig.parameters.size())
    throw task_error(actor_errc::bad_arguments,
                     name + ": " + wrong_count(sig, arguments.size()) + ": " + to_string());
  return body(kernel_call{*this, arguments, maps, ctx, where});
}

} // namespace pinion
