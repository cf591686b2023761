#include <pinion/runtime/http/server_actor.hpp>

#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <pinion/actors/messages.hpp>
#include <pinion/runtime/http/connection.hpp>
#include <pinion/runtime/http/doorman.hpp>
#include <pinion/runtime/http/messages.hpp>

namespace pinion::http {

namespace {

// How exactly times are kept: they are for who is slow, or silent.
constexpr auto between_ticks = std::chrono::milliseconds{100};

// For clients to hear that nothing comes of their requests.
constexpr auto last_words = std::chrono::milliseconds{300};

// The address of those who hear at the door that there is no room. Beyond so many they are not heard out.
const std::string shown_out = "at the door";
constexpr std::size_t most_shown_out = 256;

// "10.0.0.7"; empty where it cannot be told.
std::string address_of(int client) {
  sockaddr_storage there{};
  socklen_t size = sizeof there;
  char text[INET6_ADDRSTRLEN] = "";
  if (::getpeername(client, reinterpret_cast<sockaddr*>(&there), &size) == 0) {
    const auto* bytes =
        there.ss_family == AF_INET6
            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(there).sin6_addr)
            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(there).sin_addr);
    ::inet_ntop(there.ss_family, bytes, text, sizeof text);
  }
  return text;
}

void tell_and_close(int client, unsigned status, std::string_view why) {
  const auto words = turned_away(status, why);
  [[maybe_unused]] const auto heard = ::send(client, words.data(), words.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

} // namespace

server_actor::server_actor(caf::actor_config& cfg, std::shared_ptr<const site> where, descriptor listener)
    : closing_broker(cfg), site_(std::move(where)), unread_(std::make_shared<backlog>(site_->limits.unread)),
      listener_(std::move(listener)) {}

caf::behavior server_actor::make_behavior() {
  auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system().middleman().backend());
  auto door = caf::make_counted<doorman>(loop, listener_.release(),
                                         [this](descriptor client) { let_in(std::move(client)); });
  door_ = door->hdl();
  add_doorman(std::move(door));
  set_down_handler([this](caf::down_msg& msg) { forget(msg.source); });
  return {
      [](const caf::io::acceptor_closed_msg&) {},
      [this](leave_atom) { leave(); },
      [this](wake_atom) {
        ticks_ = false;
        wake_those_due();
      },
  };
}

void server_actor::leave() {
  leave_by_ = after(steady_clock::now(), site_->limits.leave_time);
  close(door_);
  guests_.for_each([this](const caf::actor& each) { send(each, leave_atom_v); });
  if (guests_.size() == 0)
    quit();
}

void server_actor::wake_those_due() {
  const auto now = steady_clock::now();
  if (now >= leave_by_) {
    if (std::exchange(told_, true))
      return quit();
    leave_by_ = after(now, last_words);
    guests_.for_each([this](const caf::actor& each) { send(each, end_atom_v); });
  }
  for (const auto& whom : times_->due(now))
    if (const auto here = guests_.find(whom))
      send(here, wake_atom_v);
  tick();
}

void server_actor::tick() {
  if (guests_.size() > 0 && !std::exchange(ticks_, true))
    delayed_send(this, between_ticks, wake_atom_v);
}

void server_actor::on_exit() {
  guests_.for_each([this](const caf::actor& each) { send_exit(each, caf::exit_reason::user_shutdown); });
  guests_.clear();
  closing_broker::on_exit();
}

void server_actor::let_in(descriptor client) {
  const auto address = address_of(client.get());
  const auto& most = site_->limits;
  if (guests_.size() - guests_.of(shown_out) >= most.connections)
    return show_out(std::move(client), 503,
                    "the server has " + std::to_string(most.connections) + " connections already, the limit");
  if (guests_.of(address) >= most.client_connections)
    return show_out(std::move(client), 429,
                    "you have " + std::to_string(most.client_connections) +
                        " connections already, the limit");
  serve(std::move(client), address);
}

// A connection that is closed before its request was read is reset, and its client may never see why.
void server_actor::show_out(descriptor client, unsigned status, const std::string& why) {
  if (guests_.of(shown_out) < most_shown_out)
    return serve(std::move(client), shown_out, problem(status, why, std::chrono::seconds{1}));
  if (site_->figures)
    site_->figures->answered({}, {}, status, {});
  tell_and_close(client.get(), status, why);
}

void server_actor::serve(descriptor client, const std::string& address,
                         std::optional<http::response> refused) {
  auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system().middleman().backend());
  auto line = caf::make_counted<connection_scribe>(loop, client.release(), *answers_);
  caf::actor_config cfg{&loop};
  auto handle = system().spawn_impl<connection, caf::hidden>(
      cfg, connection::surroundings{site_, times_, bodies_, unread_, answers_}, std::move(line),
      guests_.client(address), std::move(refused));
  monitor(handle);
  guests_.enter(address, std::move(handle));
  site_->counts->connections = guests_.size();
  tick();
}

void server_actor::forget(const caf::actor_addr& whom) {
  guests_.leave(whom);
  site_->counts->connections = guests_.size();
  if (leave_by_ != never && guests_.size() == 0)
    quit();
}

} // namespace pinion::http
