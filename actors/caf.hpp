#pragma once

/// All that differs between CAF 0.17.6 (Debian's) and CAF 1.x stays behind this header: message types, atoms,
/// configuration keys, sending and monitoring. The rest of the tree uses what is spelled the same in both.
/// Facts about CAF that shaped it: an actor without a strong handle is destroyed, a lost link answers
/// nothing, scheduling policy `stealing` sleeps 50 us at a time.

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <pinion/actors/error.hpp>
#include <pinion/actors/messages.hpp>

namespace pinion {

/// The CAF major version's way to spell configuration keys.
constexpr std::string_view caf_key_prefix =
#if CAF_MAJOR_VERSION > 0
    "caf.";
#else
    "";
#endif

/// What an actor system needs to carry pinion's messages. Call it on your own configuration before you make
/// the actor system that a node joins; also marks CAF's threads, so that a blocking wait there is refused.
/// Not thread-safe; the configuration stays yours.
void prepare(caf::actor_system_config& cfg);

class kernel_registry;

/// The same for those who have the registry at hand.
void prepare(caf::actor_system_config& cfg, const kernel_registry& known);

/// Configuration of an actor system that pinion makes for itself (node or worker): work is shared, not
/// stolen, messages are read on the I/O thread, and that thread is turned by us.
class system_config : public caf::actor_system_config {
public:
  /// Knows the message types of `known`.
  system_config(std::size_t scheduler_threads, const kernel_registry& known);
};

/// A failure as CAF's error; text_of() gives its sentence back, code_of() its value, retry_after_of() when to
/// try again, failure_of() all of it.
caf::error to_caf_error(const failure& what);
std::string text_of(const caf::error& what);
actor_errc code_of(const caf::error& what);
std::chrono::milliseconds retry_after_of(const caf::error& what);
failure failure_of(const caf::error& what);

} // namespace pinion
