#pragma once

#include <string_view>

#include <pinion/runtime/http/request.hpp>

namespace pinion::http {

/// What a body of NumPy's .npy format is called.
inline constexpr std::string_view npy_type = "application/x-npy";

/// Whether the body of a request is of this type, whatever the parameters behind it (RFC 9110, 8.3.1).
bool is_type(const request& what, std::string_view type) noexcept;

/// Whether its body, if it has one, is to become an array.
bool may_bring_array(const request& what) noexcept;

/// Whether the client would rather have `this_one` than `other` (Accept; RFC 9110, 12.5.1). Without a wish
/// that names it: no.
bool prefers(const request& what, std::string_view this_one, std::string_view other) noexcept;

} // namespace pinion::http
