#include <pinion/runtime/http/router.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <pinion/runtime/error.hpp>

namespace pinion::http {

namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> result;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    result.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return result;
}

bool is_open(std::string_view part) noexcept {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

// What stands at the open parts, and how many parts were spelled out.
std::optional<std::pair<pairs, std::size_t>> fit(const std::vector<std::string_view>& pattern,
                                                 const std::vector<std::string_view>& path) {
  if (pattern.size() != path.size())
    return std::nullopt;
  std::pair<pairs, std::size_t> result;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_open(pattern[i]) && !path[i].empty())
      result.first.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
    else if (pattern[i] == path[i])
      ++result.second;
    else
      return std::nullopt;
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
  const auto wanted = parts_of(path);
  std::set<std::string> allowed;
  std::size_t best = 0;
  for (const auto& each : routes_) {
    auto fits = fit(parts_of(each.pattern), wanted);
    if (!fits)
      continue;
    allowed.insert(each.method);
    if (each.method == "GET")
      allowed.insert("HEAD");
    if (each.method != method && !(each.method == "GET" && method == "HEAD"))
      continue;
    if (result.found == nullptr || fits->second > best) {
      best = fits->second;
      result.found = &each;
      result.parts = std::move(fits->first);
    }
  }
  for (const auto& each : allowed)
    result.allowed += (result.allowed.empty() ? "" : ", ") + each;
  return result;
}

} // namespace pinion::http
