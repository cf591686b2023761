#pragma once

#include <pinion/runtime/http/response.hpp>
#include <pinion/shm/error.hpp>

namespace pinion::http {

/// What went wrong with an array: 400 for a .npy that is none, 507 (RFC 4918) where there is no room, 500 for
/// the rest.
response problem_of(const shm_error& why);

} // namespace pinion::http
