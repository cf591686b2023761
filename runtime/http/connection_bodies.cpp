// The connection's second part: bodies that its porter carries.
#include <pinion/runtime/http/connection.hpp>

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

#include <pinion/runtime/http/haul_in.hpp>
#include <pinion/runtime/http/haul_out.hpp>
#include <pinion/runtime/http/media_type.hpp>

namespace pinion::http {

// One that is empty is no array; where only an array will do, it is who reads it that says so.
bool connection::wants_body(const http::request& head, bool empty) {
  const auto& takes = route_.found->about.takes;
  return may_bring_array(head) && (!empty || std::find(takes.begin(), takes.end(), npy_type) != takes.end());
}

// Not at once: the socket may be read once more before this round is over.
void connection::take_body(body_source&& from) {
  next_number();
  coming_ = std::move(from);
}

void connection::bring_body() {
  auto from = std::move(*std::exchange(coming_, std::nullopt));
  const auto refuse = [this](std::string_view why) {
    drop_haul();
    session_.body_refused(problem(503, why, std::chrono::seconds{1}), steady_clock::now());
  };
  if (!make_room(npy_intake::buffer_size))
    return refuse("the server has no room for one more body now");
  buffer_ = npy_intake::buffer_size;
  const auto make = [pool = site_->arrays](dtype type, const extents& shape, order lie,
                                           const std::string& label) {
    return pool->make(type, shape, lie, label);
  };
  const auto told = [me = caf::actor_cast<caf::actor>(this), number = number_](arrival&& what) {
    caf::anon_send(me, arrived_atom_v, number, std::make_shared<arrival>(std::move(what)));
  };
  try {
    haul_ = site_->hauls->take(
        std::make_unique<haul_in>(line_->share(), std::move(from), make, site_->limits, told));
  } catch (const std::system_error& why) {
    refuse(why.what());
  }
}

void connection::body_came(arrival&& what) {
  haul_ = 0;
  drop_haul();
  const auto now = steady_clock::now();
  if (what.array)
    session_.body_taken(std::move(what.back), std::move(*what.array), now);
  else if (what.refused)
    session_.body_refused(*what.refused, now);
  else
    session_.end_of_input(now);
  carry();
}

void connection::drop_haul() {
  coming_.reset();
  outlet_ = {};
  give_room(std::exchange(buffer_, 0));
  if (const auto haul = std::exchange(haul_, 0))
    site_->hauls->drop(haul);
}

// Before an answer is begun that has elements: why it cannot be.
std::optional<http::response> connection::take_outlet() {
  try {
    outlet_ = line_->share();
    return std::nullopt;
  } catch (const std::system_error& why) {
    return problem(503, why.what(), std::chrono::seconds{1});
  }
}

void connection::send_elements(any_view&& what) {
  const auto now = steady_clock::now();
  const auto told = [me = caf::actor_cast<caf::actor>(this), number = number_](bool all) {
    caf::anon_send(me, carried_atom_v, number, all);
  };
  try {
    haul_ = site_->hauls->take(
        std::make_unique<haul_out>(std::move(outlet_), std::move(what), site_->limits.write_time, now, told));
  } catch (const std::system_error&) {
    session_.elements_sent(false, now); // its head was sent already
  }
}

} // namespace pinion::http
