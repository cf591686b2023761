#pragma once

namespace pinion {

/// True on threads that turn actors: CAF's own (marked by a thread hook that prepare() installs) and pinion's
/// I/O thread. A blocking wait there would stop every other actor of the thread, so futures refuse it.
bool on_actor_thread() noexcept;

/// Marks the calling thread, or takes the mark away.
void mark_actor_thread(bool is_one) noexcept;

} // namespace pinion
