#include <pinion/actors/binding.hpp>

#include <pinion/actors/argument_map.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

void kernel_call::refuse(std::size_t position) const {
  throw task_error(actor_errc::bad_arguments, what.name + ": argument " + std::to_string(position + 1) +
                                                  ": expected " + what.sig.parameters[position].to_string() +
                                                  ", got " + describe(arguments[position]));
}

any_view kernel_call::open(std::size_t position) const {
  const auto& expected = what.sig.parameters[position];
  const auto* ref = std::get_if<array_ref>(&arguments[position]);
  if (!ref)
    refuse(position);
  if (expected.what == parameter::kind::array &&
      (ref->type != expected.type || (expected.rank && ref->lay.shape.size() != *expected.rank)))
    refuse(position);
  try {
    auto opened = maps.open(*ref, expected.writable ? access::write : access::read);
    if (where != nullptr)
      where->add(position, opened);
    return opened;
  } catch (const shm_error& reason) {
    refuse(position, reason);
  }
}

void kernel_call::refuse(std::size_t position, const shm_error& why) const {
  throw task_error(actor_errc::bad_reference,
                   what.name + ": argument " + std::to_string(position + 1) + ": " + why.what());
}

argument kernel_call::pass(argument result) const {
  if (const auto* ref = std::get_if<array_ref>(&result))
    ctx.hand_over(*ref);
  return result;
}

std::string wrong_count(const signature& sig, std::size_t got) {
  const auto wanted = sig.parameters.size();
  return "takes " + (wanted == 0 ? std::string("no") : std::to_string(wanted)) +
         (wanted == 1 ? " argument, got " : " arguments, got ") + std::to_string(got);
}

} // namespace pinion
