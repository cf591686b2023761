#include <pinion/runtime/http/reply.hpp>

#include <utility>

#include <pinion/runtime/http/messages.hpp>

namespace pinion::http {

reply::reply(way back, std::string path) : back_(std::move(back)), path_(std::move(path)) {}

reply::~reply() { close(); }

template <class... Ts>
void reply::tell(Ts&&... words) const {
  back_.answers->pass([&] {
    if (const auto whom = back_.connection.lock())
      caf::anon_send(caf::actor_cast<caf::actor>(whom), std::forward<Ts>(words)...);
  });
}

bool reply::change(state from, state to) noexcept { return now_.compare_exchange_strong(from, to); }

void reply::answer(response with) {
  if (change(state::open, state::over))
    tell(answer_atom_v, back_.number, response_ptr(std::make_shared<const response>(std::move(with))));
  else if (change(state::begun, state::over))
    tell(break_atom_v, back_.number);
}

void reply::begin(response head) {
  if (change(state::open, state::begun))
    tell(begin_atom_v, back_.number, response_ptr(std::make_shared<const response>(std::move(head))));
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
  if (change(state::begun, state::over))
    tell(close_atom_v, back_.number);
}

void reply::close() { answer(problem(500, path_ + ": its handler ended without an answer")); }

} // namespace pinion::http
