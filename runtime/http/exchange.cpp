#include <pinion/runtime/http/exchange.hpp>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <utility>

namespace pinion::http {

struct exchange::state {
  state(request its, pairs open, way_back whither)
      : what(std::move(its)), parts(std::move(open)), back(std::move(whither)) {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    answer(problem(500, what.path + ": its handler ended without an answer"));
    end();
  }

  template <class... Ts>
  void tell(Ts&&... words) const {
    back.answers->pass([&] {
      if (const auto whom = back.connection.lock())
        caf::anon_send(caf::actor_cast<caf::actor>(whom), std::forward<Ts>(words)...);
    });
  }

  void answer(response with) {
    if (!answered.exchange(true, std::memory_order_relaxed))
      tell(answer_atom_v, back.number, response_ptr(std::make_shared<const response>(std::move(with))));
  }

  void begin(response head) {
    if (!answered.exchange(true, std::memory_order_relaxed))
      tell(begin_atom_v, back.number, response_ptr(std::make_shared<const response>(std::move(head))));
  }

  void end() const { tell(close_atom_v, back.number); }

  request what; ///< changed by forget() alone
  const pairs parts;
  const way_back back;
  std::atomic<bool> answered{false}; ///< written by who answers
};

exchange::exchange(request what, pairs parts, way_back back)
    : state_(std::make_shared<state>(std::move(what), std::move(parts), std::move(back))) {}

const request& exchange::what() const noexcept { return state_->what; }

void exchange::forget() const {
  request rest;
  rest.path = state_->what.path;
  std::swap(state_->what, rest); // assigned to, a text keeps its memory
}

const std::string& exchange::part(std::string_view name) const {
  const auto at = std::find_if(state_->parts.begin(), state_->parts.end(),
                               [&](const auto& each) { return each.first == name; });
  if (at == state_->parts.end())
    throw std::out_of_range("the route has no part {" + std::string(name) + "}");
  return at->second;
}

void exchange::answer(response with) const { state_->answer(std::move(with)); }

void exchange::begin(response head) const { state_->begin(std::move(head)); }

void exchange::say(std::string piece) const {
  state_->back.progress->add(static_cast<std::int64_t>(piece.size()));
  state_->tell(piece_atom_v, state_->back.number, std::move(piece));
}

void exchange::end() const { state_->end(); }

std::size_t exchange::unsent() const noexcept { return state_->back.progress->unsent(); }

} // namespace pinion::http
