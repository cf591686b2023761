#include <pinion/runtime/http/exchange.hpp>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <utility>

namespace pinion::http {

struct exchange::state {
  state(request its, pairs open, const caf::actor& whose, std::uint64_t its_number,
        std::shared_ptr<gate> answers_through)
      : what(std::move(its)), parts(std::move(open)), connection(caf::actor_cast<caf::weak_actor_ptr>(whose)),
        number(its_number), answers(std::move(answers_through)) {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    answer(problem(500, what.path + ": its handler ended without an answer"));
    end();
  }

  // Outside the gate nothing of the actor system may be touched: it may be gone.
  template <class... Ts>
  void tell(Ts&&... words) const {
    answers->pass([&] {
      if (const auto whom = connection.lock())
        caf::anon_send(caf::actor_cast<caf::actor>(whom), std::forward<Ts>(words)...);
    });
  }

  void answer(response with) {
    if (!answered.exchange(true, std::memory_order_relaxed))
      tell(answer_atom_v, number, response_ptr(std::make_shared<const response>(std::move(with))));
  }

  void begin(response head) {
    if (!answered.exchange(true, std::memory_order_relaxed))
      tell(begin_atom_v, number, response_ptr(std::make_shared<const response>(std::move(head))));
  }

  void end() const { tell(close_atom_v, number); }

  request what; ///< changed by forget() alone
  const pairs parts;
  const caf::weak_actor_ptr connection; ///< its server holds it
  const std::uint64_t number;
  const std::shared_ptr<gate> answers;
  std::atomic<bool> answered{false}; ///< written by who answers
};

exchange::exchange(request what, pairs parts, const caf::actor& connection, std::uint64_t number,
                   std::shared_ptr<gate> answers)
    : state_(std::make_shared<state>(std::move(what), std::move(parts), connection, number,
                                     std::move(answers))) {}

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

void exchange::say(std::string piece) const { state_->tell(piece_atom_v, state_->number, std::move(piece)); }

void exchange::end() const { state_->end(); }

} // namespace pinion::http
