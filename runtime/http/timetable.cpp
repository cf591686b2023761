#include <pinion/runtime/http/timetable.hpp>

namespace pinion::http {

void timetable::set(const caf::actor_addr& whom, time_point when) {
  if (const auto at = times_.find(whom); at != times_.end()) {
    order_.erase({at->second, whom});
    times_.erase(at);
  }
  if (when == never)
    return;
  times_.emplace(whom, when);
  order_.emplace(when, whom);
}

std::vector<caf::actor_addr> timetable::due(time_point now) {
  std::vector<caf::actor_addr> result;
  while (!order_.empty() && order_.begin()->first <= now) {
    result.push_back(order_.begin()->second);
    times_.erase(order_.begin()->second);
    order_.erase(order_.begin());
  }
  return result;
}

} // namespace pinion::http
