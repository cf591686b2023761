#include <pinion/runtime/http/request.hpp>

#include <algorithm>

namespace pinion::http {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

bool same_name(std::string_view x, std::string_view y) noexcept {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

const std::string* request::field(std::string_view name) const noexcept {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [&](const auto& each) { return same_name(each.first, name); });
  return at == fields.end() ? nullptr : &at->second;
}

const std::string* request::parameter(std::string_view name) const noexcept {
  const auto at =
      std::find_if(query.begin(), query.end(), [&](const auto& each) { return each.first == name; });
  return at == query.end() ? nullptr : &at->second;
}

} // namespace pinion::http
