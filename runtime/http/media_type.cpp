#include <pinion/runtime/http/media_type.hpp>

#include <algorithm>
#include <optional>

namespace pinion::http {

namespace {

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// Takes what stands before the next `mark` off the front.
std::string_view next_part(std::string_view& text, char mark) noexcept {
  const auto end = std::min(text.find(mark), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(part);
}

// In thousandths (RFC 9110, 12.4.2); what is none counts as 1.
unsigned quality(std::string_view parameters) noexcept {
  constexpr unsigned whole = 1000;
  while (!parameters.empty()) {
    const auto each = next_part(parameters, ';');
    if (each.size() < 3 || (each[0] != 'q' && each[0] != 'Q') || each[1] != '=')
      continue;
    if (each[2] != '0')
      return whole;
    unsigned result = 0;
    unsigned unit = whole / 10;
    for (std::size_t i = 4; i < each.size() && each[i] >= '0' && each[i] <= '9'; ++i, unit /= 10)
      result += unit * static_cast<unsigned>(each[i] - '0');
    return result;
  }
  return whole;
}

// What a client thinks of this very type; none: it does not name it.
std::optional<unsigned> named(const request& what, std::string_view type) noexcept {
  std::optional<unsigned> result;
  for (const auto& [name, value] : what.fields) {
    if (!same_name(name, "Accept"))
      continue;
    for (std::string_view left = value; !left.empty();) {
      auto each = next_part(left, ',');
      if (same_name(next_part(each, ';'), type))
        result = std::max(result.value_or(0), quality(each));
    }
  }
  return result;
}

} // namespace

bool is_type(const request& what, std::string_view type) noexcept {
  const auto* said = what.field("Content-Type");
  if (said == nullptr)
    return false;
  std::string_view all = *said;
  return same_name(next_part(all, ';'), type);
}

bool may_bring_array(const request& what) noexcept {
  return what.method != "GET" && what.method != "HEAD" && is_type(what, npy_type);
}

bool prefers(const request& what, std::string_view this_one, std::string_view other) noexcept {
  const auto mine = named(what, this_one);
  return mine && *mine > 0 && *mine >= named(what, other).value_or(0);
}

} // namespace pinion::http
