#include <algorithm>
#include <utility>

#include <pinion/runtime/scenario/probe.hpp>
#include <pinion/runtime/short_slice.hpp>

namespace pinion::scenario {
namespace {

// How long answers are waited for when nothing else happens any more, and how often the thread looks up.
constexpr std::chrono::seconds patience{30};
constexpr std::chrono::milliseconds nap{50};

} // namespace

probe::probe(caf::actor_system& system, caf::actor whom, const probe_spec& how)
    : system_(system), whom_(std::move(whom)), every_(how.every), thread_([this] { run(); }) {}

probe::~probe() {
  is_given_up_ = true;
  is_finished_ = true;
  if (thread_.joinable())
    thread_.join();
}

samples probe::finish() {
  is_finished_ = true;
  if (thread_.joinable())
    thread_.join();
  return times_;
}

void probe::run() {
  // Whoever asks stands for a client elsewhere: how long its own waking takes beside busy workers is no part
  // of the answer's time.
  const short_slice quick;
  caf::scoped_actor self{system_};
  for (auto next = clock::now(); !is_finished_; next = std::max(next + every_, clock::now())) {
    asked_.push_back(clock::now());
    self->send(whom_, caf::ping_atom_v, static_cast<std::uint64_t>(asked_.size() - 1));
    while (!is_finished_ && clock::now() < next + every_)
      hear_one(self, next + every_);
  }
  const auto last = clock::now() + patience;
  while (!is_given_up_ && heard_ < asked_.size() && clock::now() < last)
    hear_one(self, last);
}

bool probe::hear_one(caf::scoped_actor& self, clock::time_point until) {
  bool is_heard = false;
  const auto now = clock::now();
  const auto wait = std::clamp<clock::duration>(until - now, clock::duration::zero(), nap);
  self->receive(
      [&](caf::pong_atom, std::uint64_t number) {
        times_.add(std::chrono::duration<double>(clock::now() - asked_[number]).count());
        ++heard_;
        is_heard = true;
      },
      caf::after(std::chrono::duration_cast<std::chrono::microseconds>(wait)) >> [] {});
  return is_heard;
}

} // namespace pinion::scenario
