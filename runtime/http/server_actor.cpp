#include <pinion/runtime/http/server_actor.hpp>

#include <utility>

#include <sys/socket.h>

#include <pinion/actors/messages.hpp>
#include <pinion/runtime/http/connection.hpp>
#include <pinion/runtime/http/doorman.hpp>

namespace pinion::http {

namespace {

// The numbers that connections have as clients of the dispatcher: far from those that a program gives itself,
// and from the front desk's.
constexpr std::uint64_t first_client = std::uint64_t{3} << 62U;

} // namespace

server_actor::server_actor(caf::actor_config& cfg, std::shared_ptr<const site> where, descriptor listener)
    : closing_broker(cfg), site_(std::move(where)), listener_(std::move(listener)) {}

caf::behavior server_actor::make_behavior() {
  auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system().middleman().backend());
  auto door = caf::make_counted<doorman>(loop, listener_.release(),
                                         [this](descriptor client) { let_in(std::move(client)); });
  door_ = door->hdl();
  add_doorman(std::move(door));
  set_down_handler([this](caf::down_msg& msg) { forget(msg.source); });
  return {
      [](const caf::io::acceptor_closed_msg&) {},
      [this](leave_atom) {
        leaving_ = true;
        close(door_);
        for (const auto& [who, handle] : connections_)
          send(handle, leave_atom_v);
        if (connections_.empty())
          return quit();
        delayed_send(this, site_->limits.leave_time, wake_atom_v);
      },
      [this](wake_atom) { quit(); },
  };
}

void server_actor::on_exit() {
  for (const auto& [who, handle] : connections_)
    send_exit(handle, caf::exit_reason::user_shutdown);
  connections_.clear();
  closing_broker::on_exit();
}

void server_actor::let_in(descriptor client) {
  auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system().middleman().backend());
  if (connections_.size() >= site_->limits.connections) {
    std::string words;
    http::write(problem(503,
                        "the server has " + std::to_string(site_->limits.connections) +
                            " connections already, the limit",
                        std::chrono::seconds{1}),
                {true, false, false, false}, words);
    [[maybe_unused]] const auto heard =
        ::send(client.get(), words.data(), words.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return;
  }
  auto line = caf::make_counted<connection_scribe>(loop, client.release());
  caf::actor_config cfg{&system().middleman().backend()};
  auto handle = system().spawn_impl<connection, caf::hidden>(cfg, site_, std::move(line),
                                                             first_client + ++last_client_);
  monitor(handle);
  connections_.emplace(handle.address(), std::move(handle));
}

void server_actor::forget(const caf::actor_addr& whom) {
  connections_.erase(whom);
  if (leaving_ && connections_.empty())
    quit();
}

} // namespace pinion::http
