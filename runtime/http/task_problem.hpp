#pragma once

#include <pinion/actors/caf.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// Why a task has no result, as a problem (RFC 9457) with the code of actor_errc as "code", and for what a
/// kernel threw "exception" and "causes"; where is for the node's own users, and not told. 503 says when to
/// try again. A kernel that throws std::invalid_argument or std::domain_error says that its arguments are
/// wrong (422), one that finds no room for an array that there is none (507); all else that it throws is 500.
response problem(const failure& why);
/// The same of what ask() and CAF's request tell.
response problem(const caf::error& why);

} // namespace pinion::http
