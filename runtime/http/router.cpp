#include <pinion/runtime/http/router.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <pinion/runtime/error.hpp>

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

// How many parts were spelled out.
std::optional<std::size_t> fit(std::string_view pattern, std::string_view path) {
  std::size_t spelled = 0;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = cut_part(pattern);
    const auto part = cut_part(path);
    if (wanted == part)
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
      result.emplace_back(name.substr(1, name.size() - 2), part);
  }
  return result;
}

} // namespace

void router::add(route what) {
  const auto text = what.method + " " + what.pattern;
  if (what.pattern.empty() || what.pattern.front() != '/' || what.method.empty() ||
      what.pattern.find_first_of("?# ") != std::string::npos)
    raise(runtime_errc::bad_config,
          "'" + text + "' is no route; write a method and a path that begins with '/'");
  for (const auto& each : routes_)
    if (each.method == what.method && each.pattern == what.pattern)
      raise(runtime_errc::name_taken, "the route " + text + " is there already");
  routes_.push_back(std::move(what));
}

router::match router::find(std::string_view method, std::string_view path) const {
  match result;
  std::size_t best = 0;
  for (const auto& each : routes_) {
    if (each.method != method && !(each.method == "GET" && method == "HEAD"))
      continue;
    if (each.pattern == path) {
      result.found = &each;
      break;
    }
    const auto fits = fit(each.pattern, path);
    if (fits && (result.found == nullptr || *fits > best)) {
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
      allowed.insert(each.method);
      if (each.method == "GET")
        allowed.insert("HEAD");
    }
  for (const auto& each : allowed)
    result.allowed += (result.allowed.empty() ? "" : ", ") + each;
  return result;
}

} // namespace pinion::http
