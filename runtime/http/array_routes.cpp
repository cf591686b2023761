// /v1/arrays and /v1/arrays/{name}: the arrays that the node publishes.
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/http/exchange.hpp>
#include <pinion/runtime/http/media_type.hpp>
#include <pinion/runtime/http/service.hpp>
#include <pinion/runtime/http/shm_problem.hpp>
#include <pinion/runtime/json_value.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/node_name.hpp>

namespace pinion::http {

namespace {

/// The names that were put by HTTP: others are the program's, which HTTP does not change. The porter's
/// thread alone uses it, where names are put and taken one after the other.
struct shelf {
  explicit shelf(node& whose) : owner(whose) {}
  node& owner;
  std::set<std::string> put;
};

response no_array(const std::string& name) {
  return problem(404, "there is no array '" + name + "' here; /v1/arrays names those that there are");
}

response not_yours(const std::string& name) {
  return problem(403, "'" + name + "' is published by the node's program, and not changed by HTTP");
}

nlohmann::ordered_json described(const std::string& name, dtype type, const extents& shape) {
  auto extent_list = nlohmann::ordered_json::array();
  for (const auto extent : shape)
    extent_list.push_back(extent);
  return {{"name", name},
          {"dtype", name_of(type)},
          {"shape", std::move(extent_list)},
          {"bytes", byte_count(shape, type)}};
}

response put_now(shelf& where, const std::string& name, const any_array& what) {
  const bool there = where.owner.published(name).has_value();
  if (there && !where.put.contains(name))
    return not_yours(name);
  try {
    where.owner.republish(name, what);
  } catch (const shm_error& why) {
    return problem_of(why);
  } catch (const std::system_error& why) {
    return problem(why.code() == runtime_errc::name_taken ? 409 : 500, why.what());
  }
  where.put.insert(name);
  return json(json_text(described(name, what.type(), what.shape())), there ? 200 : 201);
}

response drop_now(shelf& where, const std::string& name) {
  if (!where.owner.published(name))
    return no_array(name);
  if (!where.put.contains(name))
    return not_yours(name);
  where.owner.withdraw(name);
  where.put.erase(name);
  response done;
  done.status = 204;
  return done;
}

void put(const std::shared_ptr<shelf>& where, const exchange& what, asker& desk) {
  const auto& name = what.part("name");
  if (!what.what().array)
    return what.answer(problem(415, "an array comes as a .npy with Content-Type: application/x-npy (curl -T "
                                    "a.npy -H 'Content-Type: application/x-npy')"));
  if (!valid_node_name(name))
    return what.answer(
        problem(422, "'" + name + "' is no name for an array; expected " + std::string(node_name_rule)));
  desk.aside([where, what, name] { what.answer(put_now(*where, name, *what.what().array)); });
}

void drop(const std::shared_ptr<shelf>& where, const exchange& what, asker& desk) {
  desk.aside([where, what] { what.answer(drop_now(*where, what.part("name"))); });
}

response show(const node& whose, const request& what, const std::string& name) {
  const auto found = whose.published(name);
  if (!found)
    return no_array(name);
  if (prefers(what, "application/json", npy_type))
    return json(json_text(described(name, found->type, found->shape())));
  return npy(*found);
}

response list(const node& whose) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& each : whose.published())
    all.push_back(described(each.name, each.what.type, each.what.lay.shape));
  return json(json_text(all));
}

} // namespace

void add_array_routes(router& to, node& whose) {
  const auto names = std::make_shared<shelf>(whose);
  to.add({"GET",
          "/v1/arrays",
          {"The arrays that have names", {}, {"application/json"}},
          quick_handler([&whose](const request&, const pairs&) { return list(whose); })});
  to.add({"GET",
          "/v1/arrays/{name}",
          {"An array: as a .npy, or its type and shape as JSON (Accept)",
           {},
           {"application/x-npy", "application/json"}},
          quick_handler([&whose](const request& what, const pairs& parts) {
            return show(whose, what, parts.front().second);
          })});
  to.add({"PUT",
          "/v1/arrays/{name}",
          {"Gives an array a name, in place of what had it", {"application/x-npy"}, {"application/json"}},
          later_handler([names](exchange&& what, asker& desk) { put(names, what, desk); })});
  to.add({"DELETE",
          "/v1/arrays/{name}",
          {"Takes the name away, and the array with it when nobody uses it", {}, {}},
          later_handler([names](exchange&& what, asker& desk) { drop(names, what, desk); })});
}

} // namespace pinion::http
