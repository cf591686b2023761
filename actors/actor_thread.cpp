#include <pinion/actors/actor_thread.hpp>

namespace pinion {

namespace {
// Each thread writes and reads its own.
thread_local bool turns_actors = false;
} // namespace

bool on_actor_thread() noexcept { return turns_actors; }

void mark_actor_thread(bool is_one) noexcept { turns_actors = is_one; }

} // namespace pinion
