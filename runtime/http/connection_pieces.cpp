// The connection's fourth part: answers in pieces, and what clients have not taken.
#include <pinion/runtime/http/connection.hpp>

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

// Who does not read is not waited for. Whether it reads is seen only where its socket is offered more: the
// loop may come to that late, and is told only when there is room for much.
void connection::say(std::string_view piece) {
  if (fallen_)
    return;
  said_ += piece.size();
  if (said_ >= push_size || line_->unsent() > site_->limits.unread) {
    said_ = 0;
    line_->push();
  }
  const auto now = steady_clock::now();
  saying_ = true;
  see_written(now, line_->unsent());
  session_.stream(piece, now);
  carry(now);
  saying_ = false;
  show_progress(piece.size());
}

// Who said it has no more to say, and goes on if it likes.
void connection::break_off() {
  if (!session_.streaming())
    return;
  helper_ = nullptr;
  session_.break_stream(steady_clock::now());
  carry();
}

bool connection::may_fall_behind(std::size_t bytes) {
  return unread_->make_room(*this, bytes, site_->limits.backlog);
}

// Not at once: somebody else is being served.
void connection::fall() {
  count_unread(0);
  fallen_ = true;
  send(this, fall_atom_v);
}

void connection::count_unread(std::size_t left) {
  if (fallen_)
    return;
  unread_->count(*this, backlog_, left);
  backlog_ = left;
  if (!saying_)
    show_progress(0);
}

// In one step, so that it is never more or less than it is.
void connection::show_progress(std::size_t came) {
  if (progress_)
    progress_->add(static_cast<std::int64_t>(backlog_) - static_cast<std::int64_t>(shown_) -
                   static_cast<std::int64_t>(came));
  shown_ = backlog_;
}

} // namespace pinion::http
