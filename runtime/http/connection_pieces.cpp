// The connection's fourth part: answers in pieces, and what clients have not taken.
#include <pinion/runtime/http/connection.hpp>

#include <algorithm>
#include <utility>

namespace pinion::http {

namespace {

// Said before the socket is offered more.
constexpr std::size_t push_size = 64 * 1024;

} // namespace

void connection::begin(const http::response& head) {
  session_.begin_stream(head, steady_clock::now());
  carry();
}

// Who does not read is not waited for. Whether it reads is seen only where its socket is offered more, and
// while much is said the loop may come to that late.
void connection::say(std::string_view piece) {
  said_ += piece.size();
  if (said_ >= push_size && line_->unwritten() > 0) {
    said_ = 0;
    line_->push();
  }
  const auto now = steady_clock::now();
  saying_ = true;
  see_written(now, line_->unwritten());
  session_.stream(piece, now);
  carry(now);
  saying_ = false;
  show_progress(piece.size());
}

bool connection::may_fall_behind(std::size_t bytes) {
  return bytes <= site_->limits.backlog - std::min(sums_->backlog, site_->limits.backlog);
}

void connection::count_unread(std::size_t left) {
  sums_->backlog += left;
  sums_->backlog -= std::exchange(backlog_, left);
  if (!saying_)
    show_progress(0);
}

// At once, so that it is never more or less than it is.
void connection::show_progress(std::size_t came) {
  if (progress_)
    progress_->add(static_cast<std::int64_t>(backlog_) - static_cast<std::int64_t>(shown_) -
                   static_cast<std::int64_t>(came));
  shown_ = backlog_;
}

} // namespace pinion::http
