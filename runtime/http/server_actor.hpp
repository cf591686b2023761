#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/closing_broker.hpp>
#include <pinion/runtime/http/backlog.hpp>
#include <pinion/runtime/http/guest_list.hpp>
#include <pinion/runtime/http/outbox.hpp>
#include <pinion/runtime/http/site.hpp>
#include <pinion/runtime/http/timetable.hpp>
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
  void show_out(descriptor client, unsigned status, const std::string& why);
  void serve(descriptor client, const std::string& address, std::optional<http::response> refused = {});
  void forget(const caf::actor_addr& whom);
  void leave();
  void tick();
  void wake_those_due();

  const std::shared_ptr<const site> site_;
  const std::shared_ptr<timetable> times_ = std::make_shared<timetable>();
  const std::shared_ptr<std::size_t> bodies_ = std::make_shared<std::size_t>(0);
  const std::shared_ptr<backlog> unread_;
  const std::shared_ptr<outbox> answers_ = std::make_shared<outbox>();
  descriptor listener_;
  caf::io::accept_handle door_;
  guest_list guests_;
  time_point leave_by_ = never;
  bool told_ = false;  ///< the connections, that their time is over
  bool ticks_ = false; ///< a message to itself is under way
};

} // namespace pinion::http
