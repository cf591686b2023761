#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/clock.hpp>

namespace pinion::http {

/// When each connection of a server wants to be woken. CAF's own timers are not taken back and keep the actor
/// that they are for: with one a request, connections that are long gone would be kept by the thousand.
/// Belongs to the I/O thread.
class timetable {
public:
  /// In place of what was set before; never: not at all.
  void set(const caf::actor_addr& whom, time_point when);
  /// Takes out those whose time has come.
  std::vector<caf::actor_addr> due(time_point now);
  bool empty() const noexcept { return times_.empty(); }

private:
  std::map<caf::actor_addr, time_point> times_;
  std::set<std::pair<time_point, caf::actor_addr>> order_; ///< the same
};

} // namespace pinion::http
