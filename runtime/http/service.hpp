#pragma once

#include <memory>

#include <pinion/runtime/http/named_arrays.hpp>
#include <pinion/runtime/http/router.hpp>
#include <pinion/runtime/http/site.hpp>

namespace pinion {
class node;
}

namespace pinion::http {

// The routes that come with a node, which must outlive them.

/// /, /ping, /v1/status, /v1/events, /metrics.
void add_status_routes(site& to, node& whose);
/// /v1/kernels, /v1/kernels/{name}.
void add_kernel_routes(router& to, node& whose, std::shared_ptr<const named_arrays> names);
/// /v1/arrays, /v1/arrays/{name}.
void add_array_routes(router& to, const std::shared_ptr<named_arrays>& names);

} // namespace pinion::http
