#include <pinion/shm/committed.hpp>

#include <vector>

#include <pinion/shm/error.hpp>

namespace pinion::detail {

extents two_of(const extents& shape) {
  if (shape.size() >= max_rank)
    raise(shm_errc::bad_shape, "a committed state has two copies, so its array may have " +
                                   std::to_string(max_rank - 1) + " axes at the most");
  std::vector<std::int64_t> result{2};
  result.insert(result.end(), shape.begin(), shape.end());
  return extents(std::span<const std::int64_t>(result));
}

void check_committed(const any_view& copies, const view<std::uint64_t>& version) {
  if (copies.rank() < 1 || copies.shape()[0] != 2 || version.size() != 1)
    raise(shm_errc::bad_reference, "this is no committed state but " + describe(copies.type, copies.shape()) +
                                       "; make it with make_committed");
}

} // namespace pinion::detail
