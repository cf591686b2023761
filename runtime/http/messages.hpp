#pragma once

#include <cstdint>
#include <memory>

#include <pinion/actors/messages.hpp>
#include <pinion/runtime/http/haul_in.hpp>
#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// Shared within one process only, never serialized.
using response_ptr = std::shared_ptr<const response>;
using arrival_ptr = std::shared_ptr<arrival>;

} // namespace pinion::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pinion::http::response_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pinion::http::arrival_ptr)

namespace pinion::http {

/// (answer, number, response_ptr): to a connection, of its request of that number.
using answer_atom = caf::atom_constant<caf::atom("p_answer")>;
inline constexpr auto answer_atom_v = answer_atom{};
/// (begin, number, response_ptr), (piece, number, text), (close, number): to a connection, whose answer to
/// that request comes piece by piece.
using begin_atom = caf::atom_constant<caf::atom("p_begin")>;
inline constexpr auto begin_atom_v = begin_atom{};
using piece_atom = caf::atom_constant<caf::atom("p_piece")>;
inline constexpr auto piece_atom_v = piece_atom{};
using close_atom = caf::atom_constant<caf::atom("p_close")>;
inline constexpr auto close_atom_v = close_atom{};
/// (break, number): to a connection, whose answer in pieces does not come to its end.
using break_atom = caf::atom_constant<caf::atom("p_break")>;
inline constexpr auto break_atom_v = break_atom{};
/// (arrived, number, arrival_ptr), (carried, number, all): to a connection, from its porter.
using arrived_atom = caf::atom_constant<caf::atom("p_arrived")>;
inline constexpr auto arrived_atom_v = arrived_atom{};
using carried_atom = caf::atom_constant<caf::atom("p_carried")>;
inline constexpr auto carried_atom_v = carried_atom{};
/// (told): to a viewer, that one event was said.
using told_atom = caf::atom_constant<caf::atom("p_told")>;
inline constexpr auto told_atom_v = told_atom{};
/// (fall): to a connection, from itself: its client is behind most, and there is no room for that.
using fall_atom = caf::atom_constant<caf::atom("p_fall")>;
inline constexpr auto fall_atom_v = fall_atom{};
/// (end): to a connection, whose time to finish what it has at hand is over.
using end_atom = caf::atom_constant<caf::atom("p_httpend")>;
inline constexpr auto end_atom_v = end_atom{};

} // namespace pinion::http
