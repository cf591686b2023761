#include <pinion/runtime/http/shm_problem.hpp>

namespace pinion::http {

namespace {

unsigned status_of(shm_errc code) noexcept {
  switch (code) {
  case shm_errc::bad_npy:
  case shm_errc::bad_shape:
  case shm_errc::overflow:
    return 400;
  case shm_errc::no_space:
    return 507;
  default:
    return 500;
  }
}

} // namespace

response problem_of(const shm_error& why) { return problem(status_of(why.reason()), why.what()); }

} // namespace pinion::http
