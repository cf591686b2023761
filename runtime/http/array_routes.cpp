// /v1/arrays and /v1/arrays/{name}.
#include <memory>
#include <string>
#include <utility>

#include <pinion/runtime/http/described.hpp>
#include <pinion/runtime/http/exchange.hpp>
#include <pinion/runtime/http/media_type.hpp>
#include <pinion/runtime/http/named_arrays.hpp>
#include <pinion/runtime/http/service.hpp>
#include <pinion/runtime/json_value.hpp>
#include <pinion/runtime/node_name.hpp>

namespace pinion::http {

namespace {

using names_ptr = std::shared_ptr<named_arrays>;

response no_array(const std::string& name) {
  return problem(404, "there is no array '" + name + "' here; /v1/arrays names those that there are");
}

response not_yours(const std::string& name) {
  return problem(403, "'" + name + "' is published by the node's program, and not changed by HTTP");
}

response no_name_left() {
  return problem(507, "there are as many names as there may be (--http-names); delete one that nobody needs");
}

// What a client makes its request depend on (RFC 9110, 13.1). Arrays have no entity tags, so all that can be
// met is "*".
named_arrays::condition condition_of(const request& head) {
  using condition = named_arrays::condition;
  auto result = condition::none;
  for (const auto& [name, value] : head.fields) {
    const bool all = value == "*";
    if (same_name(name, "If-Match"))
      result = all && (result == condition::none || result == condition::there) ? condition::there
                                                                                : condition::never;
    else if (same_name(name, "If-None-Match") && all)
      result = result == condition::none || result == condition::not_there ? condition::not_there
                                                                           : condition::never;
  }
  return result;
}

response not_met(const request& head, const std::string& name) {
  return problem(412, "whether there is an array '" + name + "' is not as " +
                          (head.field("If-Match") != nullptr ? "If-Match" : "If-None-Match") +
                          " wants it; arrays have no entity tags, so * is all that can be met");
}

std::optional<response> look_at_conditions(const named_arrays& names, const request& head,
                                           const std::string& name) {
  if (!names.meets(condition_of(head), name))
    return not_met(head, name);
  return std::nullopt;
}

// Before its body comes.
std::optional<response> look_at_put(const named_arrays& names, const request& head, const std::string& name) {
  if (head.field("Content-Range") != nullptr)
    return problem(400, "an array is put whole; leave Content-Range out");
  if (!head.query.empty())
    return problem(400, "a .npy says itself what it is; leave the query out: ?" + head.query.front().first);
  if (!is_type(head, npy_type))
    return problem(415, "an array comes as a .npy with Content-Type: application/x-npy (curl -T a.npy -H "
                        "'Content-Type: application/x-npy')");
  if (!valid_node_name(name))
    return problem(422, "'" + name + "' is no name for an array; expected " + std::string(node_name_rule));
  switch (names.room_for(name)) {
  case named_arrays::room::not_yours:
    return not_yours(name);
  case named_arrays::room::full:
    return no_name_left();
  default:
    return look_at_conditions(names, head, name);
  }
}

// REQUIRES: look_at_put() has let it in.
response put(named_arrays& names, const request& head, const std::string& name) {
  using result = named_arrays::put_result;
  const auto& what = *head.array;
  switch (const auto how = names.put(name, what.view(), condition_of(head)); how) {
  case result::not_met: // since its body began
    return not_met(head, name);
  case result::not_yours:
    return not_yours(name);
  case result::full:
    return no_name_left();
  default:
    return json(json_text(described({name, what.type(), what.shape()})), how == result::made ? 201 : 200);
  }
}

response drop(named_arrays& names, const request& head, const std::string& name) {
  switch (names.drop(name, condition_of(head))) {
  case named_arrays::drop_result::not_met:
    return not_met(head, name);
  case named_arrays::drop_result::unknown:
    return no_array(name);
  case named_arrays::drop_result::not_yours:
    return not_yours(name);
  default:
    response done;
    done.status = 204;
    return done;
  }
}

response show(const named_arrays& names, const request& what, const std::string& name) {
  const auto found = names.find(name);
  if (!found)
    return no_array(name);
  if (prefers(what, "application/json", npy_type))
    return json(json_text(described({name, found->type, found->shape()})));
  return npy(*found);
}

response list(const named_arrays& names) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& each : names.list())
    all.push_back(described(each));
  return json(json_text(all));
}

} // namespace

void add_array_routes(router& to, const names_ptr& names) {
  const auto name = [](const pairs& parts) -> const std::string& { return parts.front().second; };
  to.add({"GET",
          "/v1/arrays",
          {"The arrays that have names", {}, {"application/json"}},
          quick_handler([names](const request&, const pairs&) { return list(*names); })});
  to.add({"GET",
          "/v1/arrays/{name}",
          {"An array: as a .npy, or its type and shape as JSON (Accept)",
           {},
           {"application/x-npy", "application/json"}},
          quick_handler([names, name](const request& what, const pairs& parts) {
            return show(*names, what, name(parts));
          })});
  route putting{"PUT",
                "/v1/arrays/{name}",
                {"Gives an array a name, in place of what had it",
                 {"application/x-npy"},
                 {"application/json"},
                 {200, 201}},
                quick_handler([names, name](const request& what, const pairs& parts) {
                  return put(*names, what, name(parts));
                })};
  putting.look = [names, name](const request& head, const pairs& parts) {
    return look_at_put(*names, head, name(parts));
  };
  to.add(std::move(putting));
  to.add({"DELETE",
          "/v1/arrays/{name}",
          {"Takes the name away, and the array with it when nobody uses it", {}, {}, {204}},
          quick_handler([names, name](const request& what, const pairs& parts) {
            return drop(*names, what, name(parts));
          })});
}

} // namespace pinion::http
