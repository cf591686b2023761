#include <pinion/runtime/desk_actor.hpp>

#include <utility>

#include <pinion/runtime/client_doorman.hpp>
#include <pinion/runtime/status_json.hpp>

namespace pinion {

namespace {

// Of one connection; a client that wants more at once is told so.
constexpr std::size_t most_calls = 4096;

} // namespace

desk_actor::desk_actor(caf::actor_config& cfg, pinion::node& whose, int listener,
                       std::function<void()> on_stop)
    : closing_broker(cfg), node_(whose), listener_(listener), on_stop_(std::move(on_stop)) {}

caf::behavior desk_actor::make_behavior() {
  auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system().middleman().backend());
  add_doorman(caf::make_counted<client_doorman>(loop, listener_));
  return {
      [this](const caf::io::new_connection_msg& msg) {
        clients_.emplace(msg.handle, client{});
        await_length(msg.handle);
      },
      [this](const caf::io::new_data_msg& msg) {
        auto at = clients_.find(msg.handle);
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
      },
      [this](const caf::io::connection_closed_msg& msg) { forget(msg.handle); },
      [](const caf::io::acceptor_closed_msg&) {},
  };
}

void desk_actor::await_length(connection from) {
  configure_read(from, caf::io::receive_policy::exactly(frame_prefix));
}

void desk_actor::take(connection from, const std::string& frame) {
  auto what = unpack_request(frame);
  const auto number = what.number;
  switch (what.what) {
  case desk_request::kind::call:
    return call(from, std::move(what));
  case desk_request::kind::kernels:
    return answer(from, {number, {argument{}, {}, -1}, kernels_json(node_.kernels())});
  case desk_request::kind::status:
    request(node_.dispatcher(), caf::infinite, status_atom_v)
        .then(
            [this, from, number](const status_ptr& now) {
              answer(from, {number, {argument{}, {}, -1}, status_json(node_.name(), ::getpid(), *now)});
            },
            [this, from, number](const caf::error& why) {
              refuse(from, number, {code_of(why), text_of(why)});
            });
    return;
  case desk_request::kind::stop:
    answer(from, {number, {argument{}, {}, -1}, {}});
    return on_stop_();
  }
}

void desk_actor::call(connection from, desk_request&& what) {
  auto& who = clients_[from];
  if (who.calls >= most_calls)
    return refuse(
        from, what.number,
        {actor_errc::overloaded, "more than " + std::to_string(most_calls) + " calls of one client wait"});
  ++who.calls;
  std::vector<argument_view> looks;
  for (const auto& each : what.arguments) {
    looks.push_back(look(each));
    if (const auto* ref = std::get_if<array_ref>(&each))
      who.segments.insert(ref->segment);
  }
  request(node_.dispatcher(), caf::infinite, ask_atom_v,
          node_.make_task(what.options, what.kernel, looks, {}))
      .then(
          [this, from, number = what.number](outcome_ptr& result) {
            if (auto at = clients_.find(from); at != clients_.end())
              --at->second.calls;
            answer(from, {number, std::move(*result), {}});
          },
          [this, from, number = what.number](const caf::error& why) {
            refuse(from, number, {code_of(why), text_of(why)});
          });
}

void desk_actor::answer(connection to, const desk_answer& what) {
  if (!clients_.contains(to))
    return; // it did not wait
  const auto bytes = pack_frame(what);
  write(to, bytes.size(), bytes.data());
  flush(to);
}

void desk_actor::refuse(connection to, std::uint64_t number, failure why) {
  answer(to, {number, {std::move(why), {}, -1}, {}});
}

void desk_actor::forget(connection from) {
  const auto at = clients_.find(from);
  if (at == clients_.end())
    return;
  for (const auto& each : at->second.segments)
    send(node_.dispatcher(), retire_atom_v, each);
  clients_.erase(at);
  close(from);
}

} // namespace pinion
