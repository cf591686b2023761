#pragma once

#include <string_view>

#include <pinion/runtime/http/request.hpp>

namespace pinion::http {

/// Whether a request bears this token (Authorization: Bearer, RFC 6750), or none is wanted. Takes as long
/// whatever was sent.
bool bears(const request& what, std::string_view token) noexcept;

/// Whether every client can send it: a word of visible ASCII. (RFC 6750, 2.1, has fewer letters yet.)
bool is_token(std::string_view text) noexcept;

} // namespace pinion::http
