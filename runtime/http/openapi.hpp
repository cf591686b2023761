#pragma once

#include <string>

#include <pinion/runtime/http/router.hpp>

namespace pinion::http {

/// The routes as an OpenAPI 3.1 description, JSON: their paths, methods, parts and what each is about; each
/// may answer with a problem (RFC 9457).
std::string openapi(const router& routes, bool with_token);

} // namespace pinion::http
