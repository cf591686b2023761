#include <pinion/shm/array_list.hpp>

#include <iterator>

namespace pinion {

void array_list::merge(array_list&& other, std::size_t most) {
  more += other.more;
  more_bytes += other.more_bytes;
  shown.insert(shown.end(), std::make_move_iterator(other.shown.begin()),
               std::make_move_iterator(other.shown.end()));
  std::stable_sort(shown.begin(), shown.end(),
                   [](const auto& x, const auto& y) { return x.bytes > y.bytes; });
  for (; shown.size() > most; shown.pop_back()) {
    ++more;
    more_bytes += shown.back().bytes;
  }
}

std::string most_held(const array_list& what, std::chrono::steady_clock::time_point now) {
  if (what.shown.empty())
    return "";
  std::string text = "; most is held by ";
  for (std::size_t i = 0; i < what.shown.size(); ++i)
    text += (i == 0 ? "" : ", ") + to_string(what.shown[i], now);
  return what.more == 0 ? text : text + " and " + std::to_string(what.more) + " more";
}

bool matches(const stored_array& what, const array_query& which) {
  const auto& about = which.about;
  if (about.empty() || what.segment == about || what.label.find(about) != std::string::npos)
    return true;
  return std::any_of(which.also.begin(), which.also.end(), [&](const array_query::place& each) {
    return each.incarnation == what.incarnation && each.offset >= what.offset &&
           each.offset - what.offset < what.bytes;
  });
}

} // namespace pinion
