#include <pinion/runtime/http/backlog.hpp>

#include <algorithm>

namespace pinion::http {

void backlog::count(debtor& who, std::size_t was, std::size_t now) {
  sum_ += now;
  sum_ -= was;
  if (now > much_)
    deep_[&who] = now;
  else if (was > much_)
    deep_.erase(&who);
}

bool backlog::make_room(debtor& who, std::size_t bytes, std::size_t most) {
  if (bytes > most)
    return false;
  const auto at = deep_.find(&who);
  const auto would = (at == deep_.end() ? 0 : at->second) + bytes;
  while (bytes > most - std::min(sum_, most)) {
    auto* const first = worst();
    if (first == nullptr || first == &who || deep_.at(first) <= would)
      return false;
    first->fall();
  }
  return true;
}

debtor* backlog::worst() const noexcept {
  const auto at = std::max_element(deep_.begin(), deep_.end(),
                                   [](const auto& a, const auto& b) { return a.second < b.second; });
  return at == deep_.end() ? nullptr : at->first;
}

} // namespace pinion::http
