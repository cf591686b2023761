#include <pinion/runtime/http/server.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <sys/statvfs.h>

#include <pinion/actors/logger_hold.hpp>
#include <pinion/actors/messages.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/http/bearer.hpp>
#include <pinion/runtime/http/gate.hpp>
#include <pinion/runtime/http/openapi.hpp>
#include <pinion/runtime/http/route_actor.hpp>
#include <pinion/runtime/http/server_actor.hpp>
#include <pinion/runtime/http/service.hpp>
#include <pinion/runtime/node.hpp>

namespace pinion::http {

namespace {

// Nobody else is to miss what is kept of bodies for the next: an eighth of the node's limit, and as much is
// free in /dev/shm.
bool may_keep(std::uint64_t limit, std::uint64_t bytes) {
  struct statvfs room {};
  const bool free =
      ::statvfs("/dev/shm", &room) != 0 || std::uint64_t{room.f_bavail} * room.f_frsize >= bytes;
  return free && (limit == 0 || bytes <= limit / 8);
}

std::shared_ptr<array_pool> pool_for(node& whose, const std::shared_ptr<porter>& keeper) {
  array_pool::options how;
  how.may_keep = [limit = whose.memory_now().limit](std::uint64_t bytes) { return may_keep(limit, bytes); };
  // It looks after them, and sleeps.
  how.kept = [to = std::weak_ptr(keeper)] {
    if (const auto awake = to.lock())
      awake->run([] {});
  };
  auto result = std::make_shared<array_pool>(whose.arrays(), std::move(how));
  keeper->look_after([result](time_point now) { return result->upkeep(now); });
  return result;
}

} // namespace

struct server::parts {
  explicit parts(node& whose) : system(whose.system()), place(std::make_shared<site>()) {
    place->dispatcher = whose.dispatcher();
    place->arrays = pool_for(whose, place->hauls);
    place->names = std::make_shared<named_arrays>(whose);
    add_status_routes(*place, whose);
    add_kernel_routes(place->routes, whose, place->names);
    add_array_routes(place->routes, place->names);
  }

  // Routes are read on the I/O thread once it listens.
  void check_open() const {
    if (actor)
      raise(runtime_errc::bad_config, "the server listens already; add routes before that");
  }

  const std::shared_ptr<gate> beginning = std::make_shared<gate>(); ///< of request actors
  caf::actor_system& system;
  std::shared_ptr<site> place;
  caf::actor actor;
};

server::server(node& whose) : parts_(std::make_unique<parts>(whose)) {}

server::~server() {
  if (!parts_->actor)
    return;
  const logger_hold for_now;
  caf::scoped_actor self{parts_->system, true};
  self->send(parts_->actor, leave_atom_v);
  self->wait_for(parts_->actor);
  parts_->beginning->close();
  parts_->place->answers->close();
  parts_->place->hauls->stop();
  parts_->place->arrays->close();
}

server& server::get(std::string pattern, request_body body, route_about about) {
  return on("GET", std::move(pattern), std::move(body), std::move(about));
}

server& server::post(std::string pattern, request_body body, route_about about) {
  return on("POST", std::move(pattern), std::move(body), std::move(about));
}

server& server::on(std::string method, std::string pattern, request_body body, route_about about) {
  parts_->check_open();
  if (!body)
    raise(runtime_errc::bad_config, "the route " + method + " " + pattern + " has no function");
  // A busy scheduler may come to it when the server has gone, and what the body refers to with it.
  auto begin = std::make_shared<const route_actor::begin_function>(
      [body = std::move(body), beginning = parts_->beginning](caf::event_based_actor* self,
                                                              const exchange& what) {
        if (!beginning->pass([&] { body(self, what); }))
          self->quit();
      });
  auto answer = [&system = parts_->system, begin = std::move(begin)](exchange&& what, asker& desk) {
    desk.leave_to(system.spawn<route_actor>(begin, std::move(what)));
  };
  parts_->place->routes.add(
      {std::move(method), std::move(pattern), std::move(about), later_handler(std::move(answer))});
  return *this;
}

server& server::at_once(std::string method, std::string pattern, quick_handler answer, route_about about) {
  parts_->check_open();
  if (!answer)
    raise(runtime_errc::bad_config, "the route " + method + " " + pattern + " has no function");
  parts_->place->routes.add({std::move(method), std::move(pattern), std::move(about), std::move(answer)});
  return *this;
}

address server::listen(address where, const server_options& how) {
  if (parts_->actor)
    raise(runtime_errc::bad_config, "the server listens already; make another one for another address");
  check(how.limits);
  if (!how.token.empty() && !is_token(how.token))
    raise(runtime_errc::bad_config, "a token is one word of letters, digits and other visible ASCII; not "
                                    "every client could send this one");
  auto listener = listen_at(where);
  // Of all routes, itself among them.
  const auto description = std::make_shared<std::string>();
  parts_->place->routes.add(
      {"GET",
       "/openapi.json",
       {"All routes, as OpenAPI 3.1 has it", {}, {"application/json"}},
       quick_handler([description](const request&, const pairs&) { return json(*description); })});
  *description = openapi(parts_->place->routes, !how.token.empty());
  parts_->place->limits = how.limits;
  // One that may come must have room beside itself.
  auto& limits = parts_->place->limits;
  limits.bodies = std::max(limits.bodies, limits.body > SIZE_MAX / 2 ? limits.body : 2 * limits.body);
  parts_->place->names->limit(how.limits.names);
  parts_->place->token = how.token;
  parts_->place->local = where.loopback() && how.token.empty();
  const logger_hold for_now;
  caf::actor_config cfg{&parts_->system.middleman().backend()};
  parts_->actor = parts_->system.spawn_impl<server_actor, caf::hidden>(
      cfg, std::shared_ptr<const site>(parts_->place), std::move(listener));
  return where;
}

} // namespace pinion::http
