#include <pinion/runtime/link_scribe.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

namespace pinion {

namespace {

using caf::io::network::operation;

constexpr std::size_t least_read = 4 * 1024;
constexpr std::size_t largest_read = 64 * 1024;
// A buffer that one large payload made is given back: beyond so many bytes, at once.
constexpr std::size_t keep_size = 1024 * 1024;
// And at rest.
constexpr std::size_t resting_size = 16 * 1024;
// After so many bytes other sockets get their turn.
constexpr std::size_t turn_size = 4 * 1024 * 1024;
// CAF's header promises a payload's size, up to 4 GiB, and room is made for it unseen. None of ours comes
// near.
constexpr std::size_t largest_chunk = 256 * 1024 * 1024;

void give_back(std::vector<char>& empty) {
  if (empty.capacity() > resting_size)
    std::vector<char>().swap(empty);
}

} // namespace

// -- the loop's side ----------------------------------------------------------

link_scribe::handler::handler(link_scribe& owner, caf::io::network::default_multiplexer& loop, int fd)
    : caf::io::network::event_handler(loop, fd), owner_(owner) {}

void link_scribe::handler::handle_event(operation what) {
  // The scribe may lose its last other holder while it handles this.
  const caf::intrusive_ptr<link_scribe> guard(&owner_);
  switch (what) {
  case operation::read:
    owner_.read();
    break;
  case operation::write:
    owner_.write();
    break;
  case operation::propagate_error:
    owner_.fail(operation::read);
    break;
  }
}

void link_scribe::handler::removed_from_loop(operation what) {
  (what == operation::read ? reads_ : writes_).reset();
}

void link_scribe::handler::graceful_shutdown() {
  if (!state_.shutting_down) {
    state_.shutting_down = true;
    ::shutdown(fd(), SHUT_WR);
  }
}

void link_scribe::handler::watch_reads() {
  reads_.reset(&owner_);
  activate();
}

// The loop takes what it was asked to do when it has gone round, and says nothing of what was asked and taken
// back within one round.
void link_scribe::handler::close_reads() {
  passivate();
  if ((eventbf() & caf::io::network::input_mask) == 0)
    reads_.reset();
}

void link_scribe::handler::watch_writes() {
  if (state_.writing)
    return;
  state_.writing = true;
  writes_.reset(&owner_);
  backend().add(operation::write, fd(), this);
}

void link_scribe::handler::unwatch_writes() {
  if (!state_.writing)
    return;
  state_.writing = false;
  backend().del(operation::write, fd(), this);
  if ((eventbf() & caf::io::network::output_mask) == 0)
    writes_.reset();
}

// -- the broker's side --------------------------------------------------------

link_scribe::link_scribe(caf::io::network::default_multiplexer& loop, int fd)
    : caf::io::scribe(caf::io::network::conn_hdl_from_socket(fd)), handler_(*this, loop, fd) {}

link_scribe::~link_scribe() = default;

void link_scribe::configure_read(caf::io::receive_policy::config how) {
  exactly_ = how.first == caf::io::receive_policy_flag::exactly;
  wanted_ = how.second;
  if (!launched_) {
    launched_ = true;
    add_to_loop();
  }
}

void link_scribe::ack_writes(bool enable) { tells_ = enable; }

void link_scribe::add_to_loop() {
  reads_ = true;
  handler_.watch_reads();
}

void link_scribe::remove_from_loop() {
  const caf::intrusive_ptr<link_scribe> guard(this);
  reads_ = false;
  handler_.close_reads();
}

void link_scribe::graceful_shutdown() {
  const caf::intrusive_ptr<link_scribe> guard(this);
  closing_ = true;
  if (!handler_.watching_writes())
    handler_.graceful_shutdown();
  detach(&handler_.backend(), false);
}

void link_scribe::begin_small() { read_size_ = least_read; }

void link_scribe::rest() {
  if (in_begin_ != in_end_ || !out_.empty())
    return;
  in_begin_ = in_end_ = 0;
  read_size_ = in_.capacity() > resting_size ? least_read : read_size_;
  give_back(in_);
  out_.shrink(resting_size);
  give_back(chunk_);
  rests_ = true;
}

void link_scribe::hang_up() {
  const caf::intrusive_ptr<link_scribe> guard(this);
  out_.clear();
  handler_.unwatch_writes();
  ::shutdown(handler_.fd(), SHUT_RDWR);
}

std::int64_t link_scribe::send_front() {
  const auto next = out_.front();
  const auto sent = ::send(handler_.fd(), next.data(), next.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0)
    out_.took(static_cast<std::size_t>(sent));
  return sent;
}

void link_scribe::flush() {
  if (handler_.watching_writes())
    return out_.close_end();
  if (out_.empty())
    return;
  send_front();
  // The rest, or the error, is the loop's: the broker that called is in the middle of something.
  if (!out_.empty())
    handler_.watch_writes();
}

// Its end, and its errors, are the loop's to see.
void link_scribe::push() {
  if (handler_.watching_writes() && !out_.empty())
    send_front();
}

void link_scribe::write() {
  for (std::size_t taken = 0; !out_.empty();) {
    if (taken >= turn_size)
      return some_sent();
    const auto sent = send_front();
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return some_sent();
    if (sent <= 0)
      return fail(operation::write);
    taken += static_cast<std::size_t>(sent);
  }
  handler_.unwatch_writes();
  if (closing_)
    handler_.graceful_shutdown();
  else if (tells_)
    data_transferred(&handler_.backend(), 0, 0);
}

std::size_t link_scribe::make_room() {
  if (in_begin_ == in_end_) {
    in_begin_ = in_end_ = 0;
  } else if (in_begin_ > 0) {
    std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
    in_end_ -= in_begin_;
    in_begin_ = 0;
  }
  const auto least = exactly_ ? std::max(read_size_, wanted_) : read_size_;
  if (in_.size() > keep_size && in_end_ == 0)
    std::vector<char>().swap(in_);
  if (in_.size() < least)
    in_.resize(least);
  return in_.size() - in_end_;
}

void link_scribe::read() {
  // The loop goes on to tell, in the same round, of a socket that was just taken out of it, and may be
  // somebody else's by now.
  if (!reads_)
    return;
  for (std::size_t taken = 0; taken < turn_size;) {
    const auto room = make_room();
    const auto got = ::recv(handler_.fd(), in_.data() + in_end_, room, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return;
    if (got == 0)
      return at_end();
    if (got < 0)
      return fail(operation::read);
    in_end_ += static_cast<std::size_t>(got);
    if (static_cast<std::size_t>(got) == room)
      read_size_ = std::min(4 * read_size_, largest_read);
    taken += static_cast<std::size_t>(got);
    // A read that did not fill its room emptied the socket, so no second call is needed to learn that.
    if (!hand_out() || !reads_ || static_cast<std::size_t>(got) < room)
      return;
  }
}

bool link_scribe::hand_out() {
  for (;;) {
    const auto left = in_end_ - in_begin_;
    if (wanted_ > largest_chunk) {
      fail(operation::read);
      return false;
    }
    const auto size = exactly_ ? wanted_ : std::min(wanted_, left);
    if (left < size || size == 0)
      return true;
    const auto* from = in_.data() + in_begin_;
    chunk_.assign(from, from + size);
    in_begin_ += size;
    rests_ = false;
    if (!consume(&handler_.backend(), chunk_.data(), size)) {
      handler_.close_reads();
      return false;
    }
    if (rests_) // the broker had it meanwhile
      give_back(chunk_);
    if (detached() || !reads_)
      return false;
  }
}

void link_scribe::at_end() { fail(operation::read); }

void link_scribe::fail(operation what) {
  io_failure(&handler_.backend(), what);
  handler_.close_reads();
  out_.clear();
  handler_.unwatch_writes();
}

} // namespace pinion
