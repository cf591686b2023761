#include <pinion/runtime/health_check.hpp>

namespace pinion {

std::vector<finding> check_health(const config& settings, const system_root& where) {
  std::vector<finding> found;
  check_shm(found, settings, where);
  check_sessions(found, where);
  check_limits(found, settings, where);
  check_kernel(found, where);
  check_leftovers(found, settings, where);
  return found;
}

const char* name_of(finding::level what) noexcept {
  switch (what) {
  case finding::level::ok:
    return "ok";
  case finding::level::warning:
    return "warning";
  case finding::level::problem:
    return "problem";
  }
  return "unknown";
}

} // namespace pinion
