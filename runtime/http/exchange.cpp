#include <pinion/runtime/http/exchange.hpp>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <utility>

namespace pinion::http {

struct exchange::state {
  state(request its, pairs open, caf::actor whose, std::uint64_t its_number)
      : what(std::move(its)), parts(std::move(open)), connection(std::move(whose)), number(its_number) {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    answer(problem(500, what.path + ": its handler ended without an answer"));
    end();
  }

  void answer(response with) {
    if (!answered.exchange(true, std::memory_order_relaxed))
      caf::anon_send(connection, answer_atom_v, number,
                     response_ptr(std::make_shared<const response>(std::move(with))));
  }

  void begin(response head) {
    if (!answered.exchange(true, std::memory_order_relaxed))
      caf::anon_send(connection, begin_atom_v, number,
                     response_ptr(std::make_shared<const response>(std::move(head))));
  }

  void end() const { caf::anon_send(connection, close_atom_v, number); }

  const request what;
  const pairs parts;
  const caf::actor connection;
  const std::uint64_t number;
  std::atomic<bool> answered{false}; ///< written by who answers
};

exchange::exchange(request what, pairs parts, caf::actor connection, std::uint64_t number)
    : state_(std::make_shared<state>(std::move(what), std::move(parts), std::move(connection), number)) {}

const request& exchange::what() const noexcept { return state_->what; }

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
  caf::anon_send(state_->connection, piece_atom_v, state_->number, std::move(piece));
}

void exchange::end() const { state_->end(); }

} // namespace pinion::http
