#include <pinion/runtime/http/bearer.hpp>

#include <algorithm>

namespace pinion::http {

namespace {

constexpr std::string_view scheme = "Bearer";

// Time depends on the length of what was sent, not on where it differs.
bool equal(std::string_view sent, std::string_view wanted) noexcept {
  unsigned differs = sent.size() == wanted.size() ? 0 : 1;
  for (std::size_t i = 0; i < sent.size(); ++i)
    differs |= static_cast<unsigned>(static_cast<unsigned char>(sent[i]) ^
                                     static_cast<unsigned char>(wanted[i % wanted.size()]));
  return differs == 0;
}

} // namespace

bearing bearing_of(const request& what, std::string_view token) noexcept {
  if (token.empty())
    return bearing::right;
  const auto* field = what.field("Authorization");
  if (field == nullptr || !same_name(std::string_view(*field).substr(0, scheme.size()), scheme))
    return bearing::none;
  auto sent = std::string_view(*field).substr(scheme.size());
  const auto blanks = std::min(sent.find_first_not_of(' '), sent.size());
  sent.remove_prefix(blanks);
  return blanks > 0 && equal(sent, token) ? bearing::right : bearing::wrong;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace pinion::http
