#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include <pinion/actors/closing_broker.hpp>
#include <pinion/runtime/http/site.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion::http {

/// The actor that lets clients in and holds the handles of their connections. (leave) makes it let nobody in
/// any more, tell all connections to finish, and end when they have, or after the time for that. On the I/O
/// thread.
class server_actor final : public closing_broker {
public:
  /// Takes the listening socket over.
  server_actor(caf::actor_config& cfg, std::shared_ptr<const site> where, descriptor listener);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "pinion-http-server"; }

private:
  void let_in(descriptor client);
  void forget(const caf::actor_addr& whom);

  const std::shared_ptr<const site> site_;
  descriptor listener_;
  caf::io::accept_handle door_;
  std::map<caf::actor_addr, caf::actor> connections_;
  std::uint64_t last_client_ = 0;
  bool leaving_ = false;
};

} // namespace pinion::http
