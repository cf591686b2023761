#include <pinion/actors/claims.hpp>

#include <limits>

#include <pinion/actors/error.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

[[noreturn]] void refuse(const task& what, std::size_t position, const std::string& why) {
  throw task_error(actor_errc::bad_reference,
                   what.kernel_name + ": argument " + std::to_string(position + 1) + ": " + why);
}

// The worker checks all of a reference; here only that its bytes can be counted.
void check(const task& what, std::size_t position, const array_look& array) {
  constexpr auto most = std::uint64_t{std::numeric_limits<std::int64_t>::max()} / 2;
  try {
    const auto span = byte_span_of(array.lay, item_size(array.type));
    const auto below = static_cast<std::uint64_t>(-span.low);
    if (array.offset > most || below > array.offset || static_cast<std::uint64_t>(span.high) > most)
      refuse(what, position, "it reaches beyond all memory");
  } catch (const shm_error& reason) {
    refuse(what, position, reason.what());
  }
}

} // namespace

void claim_arrays(task& what, const signature& sig, std::span<const argument_view> arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto* array = std::get_if<array_look>(&arguments[i]);
    if (array == nullptr)
      continue;
    check(what, i, *array);
    if (sig.parameters[i].shared)
      continue;
    const auto item = static_cast<std::int64_t>(item_size(array->type));
    what.needs().claims.push_back({{array->incarnation, array->offset, item, array->lay},
                                   sig.parameters[i].writable ? access::write : access::read});
    what.needs().claimed.push_back(static_cast<std::uint8_t>(i));
  }
}

} // namespace pinion
