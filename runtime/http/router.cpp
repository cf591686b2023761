#include <pinion/runtime/http/router.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/http/target.hpp>

namespace pinion::http {

namespace {

bool is_open(std::string_view part) noexcept {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

// The next part; `path` is what stands behind it.
std::string_view cut_part(std::string_view& path) {
  path.remove_prefix(1);
  const auto part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

// Parts are decoded one by one: a slash that is encoded is within its part.
bool is_same(std::string_view wanted, std::string_view part) {
  return wanted == part || (part.find('%') != std::string_view::npos && decoded(part) == wanted);
}

// How many parts were spelled out.
std::optional<std::size_t> fit(std::string_view pattern, std::string_view path) {
  std::size_t spelled = 0;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = cut_part(pattern);
    const auto part = cut_part(path);
    if (is_same(wanted, part))
      ++spelled;
    else if (!is_open(wanted) || part.empty())
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty())
    return std::nullopt;
  return spelled;
}

pairs open_parts(std::string_view pattern, std::string_view path) {
  pairs result;
  while (!pattern.empty()) {
    const auto name = cut_part(pattern);
    const auto part = cut_part(path);
    if (is_open(name))
      result.emplace_back(name.substr(1, name.size() - 2), decoded(part).value_or(std::string(part)));
  }
  return result;
}

// Braces stand around a whole part, with a name of its own in them.
bool has_good_parts(std::string_view pattern) {
  std::set<std::string_view> names;
  while (!pattern.empty()) {
    const auto part = cut_part(pattern);
    const auto name = is_open(part) ? part.substr(1, part.size() - 2) : std::string_view();
    if ((name.empty() ? part : name).find_first_of("{}") != std::string_view::npos ||
        (!name.empty() && !names.insert(name).second))
      return false;
  }
  return true;
}

// As all are that clients say (RFC 9110, 9.1): they are told apart by case.
bool is_method(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
}

void check(const route& what) {
  const auto text = "'" + what.method + " " + what.pattern + "' is no route; ";
  if (!is_method(what.method) || what.pattern.empty() || what.pattern.front() != '/')
    raise(runtime_errc::bad_config,
          text + "write a method in capitals and a path that begins with '/', as GET /blur/{name}");
  if (const auto at = what.pattern.find_first_of("?#% "); at != std::string::npos)
    raise(runtime_errc::bad_config, text + "a path has no '" + what.pattern[at] +
                                        "': what clients encode is decoded in its parts, and the query is "
                                        "in the request");
  if (!has_good_parts(what.pattern))
    raise(runtime_errc::bad_config, text +
                                        "braces stand around a whole part of the path, with a name in them "
                                        "that no other part has, as /blur/{name}");
}

} // namespace

std::string shape_of(std::string_view pattern) {
  std::string result;
  bool inside = false;
  for (const char c : pattern) {
    inside = inside && c != '}';
    if (!inside)
      result += c;
    inside = inside || c == '{';
  }
  return result;
}

void router::add(route what) {
  check(what);
  for (const auto& each : routes_)
    if (each.method == what.method && shape_of(each.pattern) == shape_of(what.pattern))
      raise(runtime_errc::name_taken, "the route " + what.method + " " + what.pattern + " is there already" +
                                          (each.pattern == what.pattern ? "" : ", as " + each.pattern) +
                                          "; take another path, or another method");
  routes_.push_back(std::move(what));
}

router::match router::find(std::string_view method, std::string_view path) const {
  match result;
  std::size_t best = 0;
  const auto is_better = [&](const route& each, std::size_t spelled) {
    return result.found == nullptr || spelled > best ||
           (spelled == best && each.method == method && result.found->method != method);
  };
  for (const auto& each : routes_) {
    if (each.method != method && !(each.method == "GET" && method == "HEAD"))
      continue;
    if (each.method == method && each.pattern == path) {
      result.found = &each;
      break;
    }
    const auto fits = fit(each.pattern, path);
    if (fits && is_better(each, *fits)) {
      best = *fits;
      result.found = &each;
    }
  }
  if (result.found != nullptr) {
    result.parts = open_parts(result.found->pattern, path);
    return result;
  }
  std::set<std::string> allowed;
  for (const auto& each : routes_)
    if (fit(each.pattern, path)) {
      allowed.insert({each.method, "OPTIONS"});
      if (each.method == "GET")
        allowed.insert("HEAD");
      result.open = result.open || each.open;
    }
  for (const auto& each : allowed)
    result.allowed += (result.allowed.empty() ? "" : ", ") + each;
  return result;
}

} // namespace pinion::http
