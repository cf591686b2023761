#include <pinion/actors/result.hpp>

#include <pinion/actors/error.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

any_array made_array(const outcome& what) {
  const auto& result = std::get<argument>(what.result);
  const auto* ref = std::get_if<array_ref>(&result);
  if (ref == nullptr)
    raise_wrong_result("array", result);
  if (!what.block)
    throw task_error(actor_errc::wrong_result_type,
                     "the result is a view of an argument, or of an array that was returned before and "
                     "is still in use; ask for array_ref");
  return any_array(any_view(what.block->base + ref->offset, ref->type, ref->lay, what.block, true));
}

namespace detail {
void raise_wrong_element(const shm_error& why) {
  throw task_error(actor_errc::wrong_result_type, std::string("the result is another array: ") + why.what());
}
} // namespace detail

} // namespace pinion
