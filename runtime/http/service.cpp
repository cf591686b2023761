#include <pinion/runtime/http/service.hpp>

#include <algorithm>
#include <span>
#include <utility>

#include <unistd.h>

#include <pinion/actors/messages.hpp>
#include <pinion/runtime/http/call_body.hpp>
#include <pinion/runtime/http/exchange.hpp>
#include <pinion/runtime/http/outcome_json.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/status_json.hpp>

namespace pinion::http {

namespace {

// What stands before the parameters of a media type (RFC 9110, 8.3.1). A page of somebody else's in a browser
// may send other types, and none, to any server without asking it first; this one it may not.
bool is_json(const request& what) {
  const auto* type = what.field("Content-Type");
  if (type == nullptr)
    return false;
  auto name = std::string_view(*type).substr(0, type->find(';'));
  while (!name.empty() && name.back() == ' ')
    name.remove_suffix(1);
  return same_name(name, "application/json");
}

std::size_t most_arguments(std::span<const registered_kernel> overloads) {
  std::size_t result = 0;
  for (const auto& each : overloads)
    result = std::max(result, each.sig.parameters.size());
  return result;
}

void call(node& whose, const exchange& what, asker& desk) {
  const auto& name = what.part("name");
  const auto told = [what, name](outcome&& result) { what.answer(response_of(name, result)); };
  try {
    // Before its arguments are looked at; the refusal says which names are near.
    if (whose.kernels().overloads(name).empty())
      return desk.ask(whose.make_task({}, name, std::span<const argument_view>(), {}), told);
    if (!is_json(what.what()))
      throw bad_request{415, "arguments come with Content-Type: application/json (curl: --json)"};
    auto options = options_of(what.what());
    options.client = desk.client();
    const auto arguments = arguments_of(what.what().body, most_arguments(whose.kernels().overloads(name)));
    std::vector<argument_view> looks;
    for (const auto& each : arguments)
      looks.push_back(look(each));
    desk.ask(whose.make_task(options, name, looks, {}), told);
  } catch (const bad_request& why) {
    what.answer(problem(why.status, why.detail));
  }
}

void show_status(node& whose, const exchange& what, asker& desk) {
  desk.actor()
      .request(whose.dispatcher(), caf::infinite, status_atom_v)
      .then(
          [&whose, what](const status_ptr& now) {
            what.answer(json(status_json(whose.name(), ::getpid(), *now, whose.actors())));
          },
          [what](const caf::error& why) { what.answer(problem(failure_of(why))); });
}

} // namespace

void add_service(router& to, node& whose) {
  to.add({"GET", "/ping", "\"pong\", from the I/O thread: the server is there",
          quick_handler([](const request&, const pairs&) { return text("pong\n"); })});
  to.add({"GET", "/v1/kernels", "The kernels that can be called, with their signatures",
          quick_handler(
              [all = kernels_json(whose.kernels())](const request&, const pairs&) { return json(all); })});
  to.add({"POST", "/v1/kernels/{name}", "Runs a kernel: {\"args\": [...]}",
          later_handler([&whose](exchange&& what, asker& desk) { call(whose, what, desk); })});
  to.add({"GET", "/v1/status", "Workers, queue and counts",
          later_handler([&whose](exchange&& what, asker& desk) { show_status(whose, what, desk); })});
}

} // namespace pinion::http
