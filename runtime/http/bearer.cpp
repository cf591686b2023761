#include <pinion/runtime/http/bearer.hpp>

namespace pinion::http {

namespace {

constexpr std::string_view scheme = "Bearer ";

// Time depends on the length of what was sent, not on where it differs.
bool equal(std::string_view sent, std::string_view wanted) noexcept {
  unsigned differs = sent.size() == wanted.size() ? 0 : 1;
  for (std::size_t i = 0; i < sent.size(); ++i)
    differs |= static_cast<unsigned>(static_cast<unsigned char>(sent[i]) ^
                                     static_cast<unsigned char>(wanted[i % wanted.size()]));
  return differs == 0;
}

} // namespace

bool bears(const request& what, std::string_view token) noexcept {
  if (token.empty())
    return true;
  const auto* sent = what.field("Authorization");
  return sent != nullptr && same_name(std::string_view(*sent).substr(0, scheme.size()), scheme) &&
         equal(std::string_view(*sent).substr(scheme.size()), token);
}

} // namespace pinion::http
