#include <pinion/runtime/desk_actor.hpp>

#include <utility>

#include <pinion/runtime/client_doorman.hpp>
#include <pinion/runtime/link_scribe.hpp>
#include <pinion/runtime/status_json.hpp>

namespace pinion {

namespace {

constexpr std::size_t most_clients = 512;
// Of one client; what is more than that, it is told, must wait.
constexpr std::size_t most_calls = 4096;
// Answers that a client has not read yet: twice the largest. One that reads nothing is let go.
constexpr std::size_t most_unread = 2 * largest_frame;
// Named by one client, before workers are told to let go of them.
constexpr std::size_t most_segments = 1024;
// Of all clients: each costs a look at every array, on a thread that has other work as well.
constexpr std::size_t most_looks = 64;
// The numbers that connections have as clients: far from those that a program gives itself.
constexpr std::uint64_t first_client = std::uint64_t{1} << 63U;

} // namespace

desk_actor::desk_actor(caf::actor_config& cfg, pinion::node& whose, int listener, service what,
                       std::function<void()> on_stop)
    : closing_broker(cfg), node_(whose), listener_(listener), service_(what), on_stop_(std::move(on_stop)) {}

caf::behavior desk_actor::make_behavior() {
  auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system().middleman().backend());
  add_doorman(caf::make_counted<client_doorman>(loop, listener_));
  return {
      [this](const caf::io::new_connection_msg& msg) { welcome(msg.handle); },
      [this](const caf::io::new_data_msg& msg) { read(msg); },
      [this](const caf::io::connection_closed_msg& msg) { forget(msg.handle); },
      [](const caf::io::acceptor_closed_msg&) {},
      [this](memory_atom, std::uint64_t ticket, const std::string& json) {
        if (const auto at = looks_.extract(ticket); !at.empty())
          answer(at.mapped().who, {at.mapped().number, {argument{}, {}, -1}, json});
      },
      [this](leave_atom) {
        say_goodbye();
        while (!clients_.empty())
          forget(clients_.begin()->first);
        quit();
      },
  };
}

void desk_actor::welcome(connection who) {
  clients_[who].number = first_client + ++last_client_;
  await_length(who);
  if (clients_.size() <= most_clients)
    return;
  refuse(who, 0,
         {actor_errc::overloaded, "the node serves " + std::to_string(most_clients) +
                                      " clients already, the limit; try again when one has gone"});
  forget(who);
}

void desk_actor::read(const caf::io::new_data_msg& msg) {
  const auto at = clients_.find(msg.handle);
  if (at == clients_.end())
    return;
  const std::string bytes(msg.buf.begin(), msg.buf.end());
  try {
    if (std::exchange(at->second.in_frame, !at->second.in_frame)) {
      await_length(msg.handle);
      return take(msg.handle, bytes);
    }
    const auto length = frame_length(bytes);
    if (length == 0)
      throw task_error(actor_errc::bad_arguments, "an empty frame");
    configure_read(msg.handle, caf::io::receive_policy::exactly(length));
  } catch (const std::exception& why) {
    // What comes after nonsense is nonsense too.
    refuse(msg.handle, 0, {actor_errc::bad_arguments, why.what()});
    forget(msg.handle);
  }
}

void desk_actor::await_length(connection from) {
  configure_read(from, caf::io::receive_policy::exactly(frame_prefix));
}

void desk_actor::take(connection from, const std::string& frame) {
  auto what = unpack_request(frame);
  const auto number = what.number;
  if (service_ == service::memory_alone && what.what != desk_request::kind::memory)
    return refuse(
        from, number,
        {actor_errc::bad_arguments,
         "the node '" + node_.name() +
             "' answers questions about its memory alone here; its program serves it by a front_desk"});
  switch (what.what) {
  case desk_request::kind::call:
    return call(from, std::move(what));
  case desk_request::kind::kernels:
    if (kernels_.empty())
      kernels_ = kernels_json(node_.kernels());
    return answer(from, {number, {argument{}, {}, -1}, kernels_});
  case desk_request::kind::status:
    request(node_.dispatcher(), caf::infinite, status_atom_v)
        .then(
            [this, from, number](const status_ptr& now) {
              answer(from, {number,
                            {argument{}, {}, -1},
                            status_json(node_.name(), ::getpid(), *now, node_.actors())});
            },
            [this, from, number](const caf::error& why) { refuse(from, number, failure_of(why)); });
    return;
  case desk_request::kind::memory:
    return look_at_memory(from, std::move(what));
  case desk_request::kind::pause:
    node_.pause();
    return answer(from, {number, {argument{}, {}, -1}, {}});
  case desk_request::kind::resume:
    node_.resume();
    return answer(from, {number, {argument{}, {}, -1}, {}});
  case desk_request::kind::drain:
    return drain(from, number);
  case desk_request::kind::resize:
    try {
      node_.resize(what.workers);
    } catch (const std::system_error& why) {
      return refuse(from, number, {actor_errc::bad_arguments, why.what()});
    }
    return answer(from, {number, {argument{}, {}, -1}, {}});
  case desk_request::kind::stop:
    if (!on_stop_)
      return refuse(from, number,
                    {actor_errc::bad_arguments, "the program of the node '" + node_.name() +
                                                    "' does not let it be stopped from outside"});
    answer(from, {number, {argument{}, {}, -1}, {}});
    return on_stop_();
  }
}

void desk_actor::drain(connection from, std::uint64_t number) {
  request(node_.dispatcher(), caf::infinite, drain_atom_v)
      .then(
          [this, from, number](bool drained) {
            if (drained)
              return answer(from, {number, {argument{}, {}, -1}, {}});
            refuse(from, number,
                   {actor_errc::cancelled, "the node was told to go on, or to end, before it was drained"});
          },
          [this, from, number](const caf::error& why) { refuse(from, number, failure_of(why)); });
}

void desk_actor::call(connection from, desk_request&& what) {
  auto& who = clients_[from];
  const auto number = what.number;
  if (who.calls.size() >= most_calls)
    return refuse(
        from, number,
        {actor_errc::overloaded, "more than " + std::to_string(most_calls) + " calls of one client wait"});
  if (who.calls.contains(number))
    return refuse(from, number,
                  {actor_errc::bad_arguments, "call " + std::to_string(number) + " has no answer yet"});
  std::vector<argument_view> looks;
  for (const auto& each : what.arguments) {
    looks.push_back(look(each));
    if (const auto* ref = std::get_if<array_ref>(&each))
      who.segments.insert(ref->segment);
  }
  if (who.segments.size() > most_segments)
    unmap(who);
  what.options.client = who.number;
  auto task = node_.make_task(what.options, what.kernel, looks, {});
  who.calls.emplace(number, task);
  request(node_.dispatcher(), caf::infinite, ask_atom_v, std::move(task))
      .then(
          [this, from, number](outcome_ptr& result) {
            // An array that the kernel made is the client's for as long as it stays.
            if (const auto who_asked = clients_.find(from); result->block && who_asked != clients_.end())
              who_asked->second.results.push_back(result->block);
            settle(from, number, {number, std::move(*result), {}});
          },
          [this, from, number](const caf::error& why) {
            settle(from, number, {number, {failure_of(why), {}, -1}, {}});
          });
}

// The dispatcher says who has leases, and a thread that may wait for locks the rest.
void desk_actor::look_at_memory(connection from, desk_request&& what) {
  const auto number = what.number;
  if (looks_.size() >= most_looks)
    return refuse(from, number,
                  {actor_errc::overloaded,
                   std::to_string(most_looks) + " questions about memory wait already; ask again later"});
  const auto ticket = ++last_ticket_;
  looks_.emplace(ticket, asked{from, number});
  request(node_.dispatcher(), caf::infinite, leases_atom_v)
      .then(
          [this, ticket, which = std::move(what.arrays)](const claims_ptr& leases) {
            // Weak, since the thread may come to it when the system is gone.
            node_.look_at_memory(which, leases,
                                 [me = caf::actor_cast<caf::weak_actor_ptr>(this), ticket](std::string json) {
                                   if (const auto here = caf::actor_cast<caf::actor>(me))
                                     caf::anon_send(here, memory_atom_v, ticket, std::move(json));
                                 });
          },
          [this, ticket](const caf::error& why) {
            if (const auto at = looks_.extract(ticket); !at.empty())
              refuse(at.mapped().who, at.mapped().number, failure_of(why));
          });
}

void desk_actor::settle(connection to, std::uint64_t number, desk_answer&& what) {
  const auto at = clients_.find(to);
  if (at != clients_.end() && at->second.calls.erase(number) == 1)
    answer(to, what);
}

void desk_actor::answer(connection to, const desk_answer& what) {
  if (!clients_.contains(to))
    return; // it did not wait
  const auto bytes = pack_frame(what);
  write(to, bytes.size(), bytes.data());
  flush(to);
  const auto line = by_id(to);
  if (line && dynamic_cast<const link_scribe&>(*line).unsent() > most_unread)
    forget(to);
}

void desk_actor::refuse(connection to, std::uint64_t number, failure why) {
  answer(to, {number, {std::move(why), {}, -1}, {}});
}

void desk_actor::forget(connection from) {
  auto gone = clients_.extract(from);
  if (gone.empty())
    return;
  for (const auto& [number, task] : gone.mapped().calls)
    send(node_.dispatcher(), withdraw_atom_v, task);
  std::erase_if(looks_, [&](const auto& each) { return each.second.who == from; });
  unmap(gone.mapped());
  close(from);
}

void desk_actor::unmap(client& whose) {
  for (const auto& each : whose.segments)
    send(node_.dispatcher(), retire_atom_v, each);
  whose.segments.clear();
}

void desk_actor::say_goodbye() {
  // A copy: one that does not read is forgotten on the way.
  for (const auto& [who, each] : std::map(clients_))
    for (const auto& [number, task] : each.calls)
      answer(who, {number,
                   {failure{actor_errc::node_stopping,
                            task->kernel_name + ": the node stopped before it was done"},
                    {},
                    -1},
                   {}});
}

} // namespace pinion
