#include <pinion/runtime/http/reply.hpp>

#include <exception>
#include <utility>

#include <pinion/runtime/http/messages.hpp>

namespace pinion::http {

namespace {

// Of this thread: whose messages it handles, and whether leave() was called meanwhile.
thread_local const reply* handled = nullptr;
thread_local bool left = false;

} // namespace

reply::reply(way back, std::string path) : back_(std::move(back)), path_(std::move(path)) {}

reply::~reply() { leave(); }

template <class... Ts>
void reply::tell(Ts&&... words) const {
  back_.answers->pass([&] {
    if (const auto whom = back_.connection.lock())
      caf::anon_send(caf::actor_cast<caf::actor>(whom), std::forward<Ts>(words)...);
  });
}

void reply::answer(response with) {
  const std::lock_guard lock(mutex_);
  if (now_ == state::open)
    tell(answer_atom_v, back_.number, response_ptr(std::make_shared<const response>(std::move(with))));
  else if (now_ == state::begun)
    tell(break_atom_v, back_.number);
  now_ = state::over;
}

void reply::begin(response head) {
  const std::lock_guard lock(mutex_);
  if (now_ != state::open)
    return;
  tell(begin_atom_v, back_.number, response_ptr(std::make_shared<const response>(std::move(head))));
  now_ = state::begun;
}

void reply::say(std::string piece) {
  const auto size = static_cast<std::int64_t>(piece.size());
  back_.progress->add(size);
  try {
    tell(piece_atom_v, back_.number, std::move(piece));
  } catch (...) {
    back_.progress->add(-size);
    throw;
  }
}

void reply::end() {
  const std::lock_guard lock(mutex_);
  if (now_ != state::begun)
    return;
  tell(close_atom_v, back_.number);
  now_ = state::over;
}

void reply::close() {
  {
    const std::lock_guard lock(mutex_);
    if (now_ == state::over)
      return;
  }
  answer(problem(500, path_ + ": its handler ended without an answer"));
}

void reply::leave() noexcept {
  if (std::uncaught_exceptions() > 0 && handled == this) {
    left = true;
    return;
  }
  try {
    close();
  } catch (...) { // no memory for it: its client will be told nothing, and the server goes on
  }
}

reply::handling::handling(std::shared_ptr<reply> what) noexcept : what_(std::move(what)), outer_(handled) {
  handled = what_.get();
  left = false;
}

reply::handling::~handling() {
  handled = outer_;
  if (std::exchange(left, false) && what_)
    what_->leave();
}

} // namespace pinion::http
