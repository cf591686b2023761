#include <pinion/actors/actor_status.hpp>

namespace pinion {

const char* name_of(actor_status::state what) noexcept {
  switch (what) {
  case actor_status::state::starting:
    return "starting";
  case actor_status::state::up:
    return "up";
  case actor_status::state::ended:
    return "ended";
  case actor_status::state::given_up:
    return "given up";
  }
  return "unknown";
}

} // namespace pinion
