#pragma once

#include <pinion/runtime/http/router.hpp>

namespace pinion {
class node;
}

namespace pinion::http {

/// Adds the routes that come with a node: /ping, /v1/kernels, /v1/kernels/{name}, /v1/status. The node must
/// outlive them.
void add_service(router& to, node& whose);

} // namespace pinion::http
