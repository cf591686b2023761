// The node's fourth part: its HTTP server.
#include <pinion/runtime/node_parts.hpp>

namespace pinion {

http::server& node::http() {
  if (!parts_->web)
    parts_->web = std::make_unique<http::server>(*this);
  return *parts_->web;
}

} // namespace pinion
