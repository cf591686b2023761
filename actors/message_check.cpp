#include <pinion/actors/message_check.hpp>

#include <caf/detail/serialized_size.hpp>

#include <pinion/actors/task_wire.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

std::optional<std::string> unfit_message(caf::actor_system& system, const kernel_registry& known,
                                         const caf::message& content, std::size_t& bytes) {
  for (std::size_t i = 0; i < content.size(); ++i) {
    // Types of CAF's own have a number, others their name alone.
    const auto [number, type] = content.type(i);
    if (number == 0 && type != nullptr && *type != typeid(array_ref) && !known.knows_message(*type))
      return "the type of element " + std::to_string(i + 1) +
             " is not known to the other process; say k.add_message<T>(name) in PINION_KERNELS";
  }
  caf::detail::serialized_size_inspector size{system};
  if (const auto problem = size(const_cast<caf::message&>(content)))
    return "it cannot be sent to another process: " + caf::to_string(problem);
  bytes = size.result();
  if (bytes > largest_message)
    return "it takes " + readable_size(bytes) + ", at most " + readable_size(largest_message) +
           " travel; put what is large into an array";
  return std::nullopt;
}

} // namespace pinion
