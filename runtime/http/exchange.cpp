#include <pinion/runtime/http/exchange.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace pinion::http {

struct exchange::state {
  state(request its, pairs open, reply::way whither)
      : what(std::move(its)), parts(std::move(open)),
        back(std::make_shared<reply>(std::move(whither), what.path)) {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() { back->leave(); }

  request what; ///< changed by forget() alone
  const pairs parts;
  const std::shared_ptr<reply> back;
};

exchange::exchange(request what, pairs parts, reply::way back)
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

void exchange::answer(response with) const { state_->back->answer(std::move(with)); }

void exchange::begin(response head) const { state_->back->begin(std::move(head)); }

void exchange::say(std::string piece) const { state_->back->say(std::move(piece)); }

void exchange::end() const { state_->back->end(); }

std::size_t exchange::unsent() const noexcept { return state_->back->unsent(); }

bool exchange::gone() const noexcept { return state_->back->gone(); }

std::shared_ptr<reply> exchange::back() const { return state_->back; }

} // namespace pinion::http
