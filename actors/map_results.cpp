#include <pinion/actors/map_results.hpp>

namespace pinion::detail {

void check_piece(const map_job::piece& what) {
  if (!what.what.ok())
    throw task_error(std::get<failure>(what.what.result));
}

} // namespace pinion::detail
