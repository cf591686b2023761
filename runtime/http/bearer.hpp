#pragma once

#include <string_view>

#include <pinion/runtime/http/request.hpp>

namespace pinion::http {

/// What a request bears where it should bear a token (Authorization: Bearer, RFC 6750).
enum class bearing { none, wrong, right };

/// `right` also where none is wanted. Takes as long whatever was sent.
bearing bearing_of(const request& what, std::string_view token) noexcept;

/// Whether every client can send it: a word of visible ASCII. (RFC 6750, 2.1, has fewer letters yet.)
bool is_token(std::string_view text) noexcept;

} // namespace pinion::http
