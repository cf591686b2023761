#include <pinion/actors/task_claim.hpp>

namespace pinion {

const char* name_of(task_claim::state what) noexcept {
  switch (what) {
  case task_claim::state::runs:
    return "runs";
  case task_claim::state::sent:
    return "sent";
  case task_claim::state::waits:
    return "waits";
  }
  return "unknown";
}

} // namespace pinion
