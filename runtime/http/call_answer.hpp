#pragma once

#include <map>
#include <optional>
#include <string>

#include <pinion/actors/outcome.hpp>
#include <pinion/runtime/http/response.hpp>
#include <pinion/shm/any_view.hpp>

namespace pinion::http {

/// What a kernel gave, as a .npy: its result, of which a number is an array without axes, or, where it gives
/// nothing, the one of the arrays that it may have written. `stamps` go into Server-Timing (W3C). What is no
/// array, and failures, are answered as response_of does.
response npy_response_of(const std::string& kernel, const outcome& what,
                         const std::map<std::size_t, any_view>& arrays, std::optional<std::size_t> written);

/// The array that a reference names, where it lies in one of these; none: it does not.
std::optional<any_view> within(const array_ref& what, const std::map<std::size_t, any_view>& arrays);

} // namespace pinion::http
