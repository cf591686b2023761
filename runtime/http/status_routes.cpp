// What a node tells of itself: /ping, /v1/status, /v1/events, /metrics, and the page at /.
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <unistd.h>

#include <pinion/actors/messages.hpp>
#include <pinion/runtime/http/exchange.hpp>
#include <pinion/runtime/http/meter_library.hpp>
#include <pinion/runtime/http/node_facts.hpp>
#include <pinion/runtime/http/page.hpp>
#include <pinion/runtime/http/service.hpp>
#include <pinion/runtime/http/task_problem.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/status_json.hpp>

namespace pinion::http {

namespace {

constexpr std::chrono::milliseconds event_pace{500};

/// What those that tell of a node need; they may outlive the server, whose jobs do not.
struct teller {
  node& whose; ///< used in jobs alone
  std::shared_ptr<const named_arrays> names;
  std::shared_ptr<porter> jobs;
  std::shared_ptr<const traffic> counts;
  std::shared_ptr<meter> figures;

  void tell(const status_ptr& pool, std::function<void(const node_facts& now)> what) const {
    jobs->run(
        [&whose = whose, names = names, pool, what = std::move(what),
         connections = counts->connections.load()] { what(facts_of(whose, *names, *pool, connections)); });
  }
};

template <class Told>
void ask_pool(caf::io::broker& who, const caf::actor& dispatcher, const exchange& what, Told told) {
  who.request(dispatcher, caf::infinite, status_atom_v).then(std::move(told), [what](const caf::error& why) {
    what.answer(problem(why));
  });
}

// One viewer's: it asks, tells, and asks again.
caf::behavior viewer(caf::event_based_actor* self, const std::shared_ptr<const teller>& from,
                     const caf::actor& dispatcher, const exchange& to) {
  response head;
  head.type = "text/event-stream";
  head.fields = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  to.begin(std::move(head));
  self->send(self, wake_atom_v);
  return {[=](wake_atom) {
            const auto me = caf::actor_cast<caf::actor>(self);
            self->request(dispatcher, caf::infinite, status_atom_v)
                .then(
                    [=](const status_ptr& pool) {
                      from->tell(pool, [to, me](const node_facts& now) {
                        to.say("event: status\ndata: " + facts_json(now) + "\n\n");
                        caf::anon_send(me, told_atom_v);
                      });
                    },
                    [=](const caf::error&) { self->quit(); });
          },
          [=](told_atom) { self->delayed_send(self, event_pace, wake_atom_v); }};
}

response page_answer() {
  response result;
  result.type = "text/html; charset=utf-8";
  result.body = page();
  result.fields = {{"Cache-Control", "no-cache"},
                   {"Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src "
                    "'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Referrer-Policy", "no-referrer"}};
  return result;
}

void show_status(node& whose, const exchange& what, asker& desk) {
  ask_pool(desk.actor(), whose.dispatcher(), what, [&whose, what](const status_ptr& now) {
    what.answer(json(status_json(whose.name(), ::getpid(), *now, whose.actors())));
  });
}

void show_metrics(const std::shared_ptr<const teller>& from, const caf::actor& dispatcher,
                  const exchange& what, asker& desk) {
  ask_pool(desk.actor(), dispatcher, what, [from, what](const status_ptr& pool) {
    from->tell(pool, [figures = from->figures, what](const node_facts& now) {
      response result;
      result.type = "text/plain; version=0.0.4; charset=utf-8";
      result.body = figures->text(now);
      what.answer(std::move(result));
    });
  });
}

} // namespace

void add_status_routes(site& to, node& whose) {
  auto& routes = to.routes;
  const auto from = std::make_shared<const teller>(teller{whose, to.names, to.hauls, to.counts, to.figures});
  const auto dispatcher = whose.dispatcher();
  routes.add({"GET",
              "/",
              {"A page that shows workers, queue and shared memory live", {}, {"text/html"}},
              quick_handler([](const request&, const pairs&) { return page_answer(); }),
              {},
              true});
  routes.add({"GET",
              "/ping",
              {"\"pong\", from the I/O thread: the server is there", {}, {"text/plain"}},
              quick_handler([](const request&, const pairs&) { return text("pong\n"); })});
  routes.add({"GET",
              "/v1/status",
              {"Workers, queue and counts", {}, {"application/json"}},
              later_handler([&whose](exchange&& what, asker& desk) { show_status(whose, what, desk); })});
  routes.add(
      {"GET",
       "/v1/events",
       {"The same and shared memory, twice a second, as server-sent events", {}, {"text/event-stream"}},
       later_handler([from, dispatcher](exchange&& what, asker& desk) {
         auto& system = desk.actor().system();
         desk.leave_to(system.spawn<caf::hidden>(viewer, from, dispatcher, std::move(what)));
       })});
  routes.add(
      {"GET",
       "/metrics",
       {"For Prometheus: requests, latencies, queue, workers, restarts, shared memory", {}, {"text/plain"}},
       from->figures ? handler(later_handler([from, dispatcher](exchange&& what, asker& desk) {
         show_metrics(from, dispatcher, what, desk);
       }))
                     : handler(quick_handler([why = to.no_figures](const request&, const pairs&) {
                         return problem(501, why);
                       }))});
}

} // namespace pinion::http
