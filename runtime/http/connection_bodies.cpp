// The connection's second part: bodies that its porter carries.
#include <pinion/runtime/http/connection.hpp>

#include <memory>
#include <system_error>
#include <utility>

#include <pinion/runtime/http/haul_in.hpp>
#include <pinion/runtime/http/haul_out.hpp>
#include <pinion/runtime/http/media_type.hpp>

namespace pinion::http {

bool connection::wants_body(const http::request& head) { return is_type(head, npy_type); }

// Not at once: the socket may be read once more before this round is over.
void connection::take_body(body_source&& from) {
  ++number_;
  coming_ = std::move(from);
}

void connection::bring_body() {
  const auto told = [me = caf::actor_cast<caf::actor>(this), number = number_](arrival&& what) {
    caf::anon_send(me, arrived_atom_v, number, std::make_shared<arrival>(std::move(what)));
  };
  try {
    haul_ = site_->hauls->take(std::make_unique<haul_in>(line_->share(),
                                                         std::move(*std::exchange(coming_, std::nullopt)),
                                                         *site_->arrays, site_->limits, told));
  } catch (const std::system_error& why) {
    session_.body_refused(problem(503, why.what(), std::chrono::seconds{1}), steady_clock::now());
  }
}

void connection::body_came(arrival&& what) {
  haul_ = 0;
  const auto now = steady_clock::now();
  if (what.array)
    session_.body_taken(std::move(what.back), std::move(*what.array), now);
  else if (what.refused)
    session_.body_refused(*what.refused, now);
  else
    session_.end_of_input(now);
  carry();
}

void connection::send_elements(any_view&& what) {
  const auto now = steady_clock::now();
  const auto told = [me = caf::actor_cast<caf::actor>(this), number = number_](bool all) {
    caf::anon_send(me, carried_atom_v, number, all);
  };
  try {
    haul_ = site_->hauls->take(
        std::make_unique<haul_out>(line_->share(), std::move(what), site_->limits.write_time, now, told));
  } catch (const std::system_error&) {
    session_.elements_sent(false, now); // its head was sent already
  }
}

} // namespace pinion::http
