#pragma once

#include <cstdint>
#include <memory>

#include <pinion/actors/messages.hpp>
#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// Shared within one process only, never serialized.
using response_ptr = std::shared_ptr<const response>;

} // namespace pinion::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pinion::http::response_ptr)

namespace pinion::http {

/// (answer, number, response_ptr): to a connection, of its request of that number.
using answer_atom = caf::atom_constant<caf::atom("p_answer")>;
inline constexpr auto answer_atom_v = answer_atom{};
/// (end): to a connection, whose time to finish what it has at hand is over.
using end_atom = caf::atom_constant<caf::atom("p_httpend")>;
inline constexpr auto end_atom_v = end_atom{};

} // namespace pinion::http
