#include <pinion/runtime/http/target.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace pinion::http {

namespace {

// What stands before the mark; `text` is what stands behind it.
std::string_view cut(std::string_view& text, char mark) {
  const auto end = std::find(text.begin(), text.end(), mark);
  const std::string_view result(text.data(), static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(std::min(result.size() + 1, text.size()));
  return result;
}

// The scheme and what follows it, for a proxy; empty where the target has none.
std::string_view scheme_of(std::string_view target) noexcept {
  for (const std::string_view scheme : {"http://", "https://"})
    if (same_name(target.substr(0, scheme.size()), scheme))
      return target.substr(0, scheme.size());
  return {};
}

// What stands before the path is whom a proxy asks, and that is this server.
std::string_view without_server(std::string_view target) noexcept {
  const auto scheme = scheme_of(target);
  target.remove_prefix(scheme.size());
  if (!scheme.empty())
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
  return target;
}

} // namespace

std::optional<std::string_view> server_of(std::string_view target) noexcept {
  const auto scheme = scheme_of(target);
  if (scheme.empty())
    return std::nullopt;
  const auto path = without_server(target).size();
  return target.substr(scheme.size(), target.size() - scheme.size() - path);
}

std::string_view raw_path(std::string_view target) noexcept {
  auto rest = without_server(target);
  const auto path = cut(rest, '?');
  return path.empty() ? std::string_view("/") : path;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      result += ' ';
    } else if (text[i] != '%') {
      result += text[i];
    } else {
      unsigned byte = 0;
      const auto digits = text.substr(i + 1, 2);
      const auto* end = digits.data() + digits.size();
      if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end || byte == 0)
        return std::nullopt;
      result += static_cast<char>(byte);
      i += 2;
    }
  }
  return result;
}

bool split_target(std::string_view target, std::string& path, pairs& query) {
  auto rest = without_server(target);
  const bool has_server = rest.size() != target.size();
  if ((!has_server && rest.substr(0, 1) != "/") || rest.find('#') != std::string_view::npos)
    return false;
  auto whole = decoded(raw_path(target), false);
  cut(rest, '?');
  if (!whole)
    return false;
  path = std::move(*whole);
  query.clear();
  while (!rest.empty()) {
    auto value_of = cut(rest, '&');
    if (value_of.empty())
      continue;
    auto name = decoded(cut(value_of, '='), true);
    auto value = decoded(value_of, true);
    if (!name || !value)
      return false;
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

} // namespace pinion::http
