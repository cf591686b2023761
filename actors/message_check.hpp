#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/kernel_registry.hpp>

namespace pinion {

/// Why a message cannot go to another process, or nothing: a type that the other side does not know, or too
/// many bytes. CAF 0.17.6 would drop the one there, and send the other cut short. `bytes`: what it takes.
std::optional<std::string> unfit_message(caf::actor_system& system, const kernel_registry& known,
                                         const caf::message& content, std::size_t& bytes);

} // namespace pinion
