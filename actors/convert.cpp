#include <pinion/actors/convert.hpp>

namespace pinion {

void raise_wrong_result(std::string_view wanted, const argument& got) {
  throw task_error(actor_errc::wrong_result_type,
                   "the result is " + describe(got) + ", which is no " + std::string(wanted));
}

} // namespace pinion
