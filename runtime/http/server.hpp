#pragma once

#include <functional>
#include <memory>
#include <string>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/http/address.hpp>
#include <pinion/runtime/http/exchange.hpp>
#include <pinion/runtime/http/limits.hpp>
#include <pinion/runtime/http/router.hpp>
#include <pinion/runtime/http/task_problem.hpp>

namespace pinion {
class node;
}

namespace pinion::http {

/// How a server serves. A plain value.
struct server_options {
  http::limits limits;
  std::string token; ///< that each request must bear (RFC 6750); empty: none
};

/// Serves a node by HTTP/1.1 (RFC 9112): its kernels and its state (docs/http.md), and routes of the
/// program's. Connections are actors on the node's I/O thread. Make, listen and destroy it on one thread; it
/// must go before its node does.
class server {
public:
  explicit server(node& whose);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  /// Lets nobody in any more, and waits until what is at hand is answered, for limits::leave_time at the
  /// most.
  ~server();

  /// A request actor for each request to this path: `body` runs in an actor of its own in the node's system,
  /// asks kernels, and answers by the exchange, now or later; it must not block. It is ended when the client
  /// goes away. A part of the path in braces ("/blur/{name}") stands for any one part. Before listen().
  /// Throws runtime_errc: bad_config, name_taken.
  /// `about` is what /openapi.json says of it.
  using request_body = std::function<void(caf::event_based_actor* self, exchange what)>;
  server& get(std::string pattern, request_body body, route_about about = unnamed());
  server& post(std::string pattern, request_body body, route_about about = unnamed());
  server& on(std::string method, std::string pattern, request_body body, route_about about = unnamed());
  /// An answer that is known at once; called on the I/O thread, where it must neither wait nor compute.
  server& at_once(std::string method, std::string pattern, quick_handler answer,
                  route_about about = unnamed());

  /// Begins to serve, and says where: its port, where any would do. Once. Throws runtime_errc: bad_config,
  /// name_taken, system_refused.
  address listen(address where, const server_options& how = {});

private:
  static route_about unnamed() { return {"A route of the program's"}; }
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace pinion::http
