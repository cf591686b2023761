#include <pinion/actors/stand_in.hpp>

#include <algorithm>
#include <utility>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/message_check.hpp>
#include <pinion/shm/control_page.hpp>

namespace pinion {

namespace {

constexpr auto look_again = std::chrono::milliseconds{5};

} // namespace

stand_in::stand_in(caf::actor_config& cfg, stand_in_setup setup)
    : closing_broker(cfg), setup_(std::move(setup)), box_(setup_.box) {
  now_.name = setup_.begin.name;
  now_.behavior = setup_.begin.behavior;
}

caf::behavior stand_in::make_behavior() {
  set_down_handler([this](caf::down_msg& msg) {
    if (!seat_ || msg.source != seat_.address())
      return; // of a process before this one: a child that it forked may have held its link open
    seat_ = nullptr;
    if (end_)
      settle();
    else
      wait_for_end();
    arm();
  });
  // An error is a message like others; CAF's own way would end this actor of it.
  set_error_handler([this](caf::error& why) { take(caf::make_message(why)); });
  set_default_handler([this](caf::scheduled_actor*, caf::message_view& what) -> caf::result<caf::message> {
    return take(what.move_content_to_message());
  });
  return {
      [this](letter_answer& what) {
        if (from_seat())
          answered(what.number, std::move(what.content));
      },
      [this](const letter_refusal& what) {
        if (from_seat())
          refused(what.number, what.why);
      },
      [this](const actor_over& what) {
        if (from_seat())
          over(what.why);
      },
      [this](const hello& who) { greet(who); },
      [this](worker_atom, const worker_event_ptr& event) { hear(event); },
      [this](unheard_atom, std::uint64_t incarnation) { unheard(incarnation); },
      [this](wake_atom, std::uint64_t generation) {
        if (generation != timer_)
          return;
        armed_for_ = never;
        expire();
        arm();
      },
      [this](end_atom) { finish(actor_status::state::ended, actor_errc::cancelled, "it was told to end"); },
      [this](halt_atom) {
        finish(actor_status::state::ended, actor_errc::node_stopping, "the node is stopping");
      },
      [this](leave_atom) { quit(); },
  };
}

void stand_in::on_exit() {
  finish(actor_status::state::ended, actor_errc::node_stopping, "it was told to end");
  seat_ = nullptr;
}

bool stand_in::from_seat() { return seat_ && current_sender() == seat_; }

// -- letters ------------------------------------------------------------------

caf::response_promise stand_in::take(caf::message content) {
  mail what{std::move(content), make_response_promise(), false};
  what.asked = what.answer.id().is_request();
  auto result = what.answer;
  std::size_t bytes = 0;
  if (auto why = refuse(what.content, bytes)) {
    fail(what, std::move(*why));
    return result;
  }
  const auto deadline = setup_.timeout ? after(steady_clock::now(), *setup_.timeout) : never;
  box_.put(std::move(what), bytes, deadline);
  send_letters();
  arm();
  return result;
}

std::optional<failure> stand_in::refuse(const caf::message& content, std::size_t& bytes) {
  const auto& who = now_.name;
  if (closed_)
    return closed_;
  if (!seat_ && ever_up_ && !setup_.wait_for_restart)
    return failure{actor_errc::restarting,
                   who + ": its process is being started again; try again in a moment, or let messages wait "
                         "(actor_options::wait_for_restart)"};
  if (const auto why = unfit_message(system(), *setup_.kernels, content, bytes))
    return failure{actor_errc::bad_arguments, who + ": a message is refused: " + *why};
  if (box_.full(bytes))
    return failure{actor_errc::overloaded, who + ": " + std::to_string(box_.size()) +
                                               " messages wait for it already; raise "
                                               "actor_options::max_waiting, or send less"};
  return std::nullopt;
}

void stand_in::send_letters() {
  if (!seat_ || end_)
    return;
  while (const auto* next = box_.send(seen()))
    send(seat_, letter{next->number, next->what.content});
}

// The last letter that the actor has looked at.
std::uint64_t stand_in::seen() const {
  return page_ ? page_->block().finished.load(std::memory_order_relaxed) : 0;
}

void stand_in::answered(std::uint64_t number, caf::message content) {
  auto open = box_.take(number);
  if (!open)
    return; // its time was over
  ++now_.handled;
  // As CAF does it: who only sent gets what the handler returned as a message, if it returned anything.
  if (open->what.asked || !content.empty())
    open->what.answer.deliver(std::move(content));
  send_letters();
  arm();
}

void stand_in::refused(std::uint64_t number, const caf::error& why) {
  auto open = box_.take(number);
  if (!open)
    return;
  ++now_.handled;
  if (open->what.asked)
    open->what.answer.deliver(why);
  send_letters();
  arm();
}

void stand_in::fail(mail& what, failure why) {
  ++now_.failed;
  if (what.asked)
    what.answer.deliver(to_caf_error(why));
}

void stand_in::fail_all(actor_errc code, const std::string& why) {
  for (auto& each : box_.clear())
    fail(each.what, {code, now_.name + ": " + why});
}

void stand_in::expire() {
  const auto at_hand = page_ ? page_->block().running.load(std::memory_order_relaxed) : 0;
  for (auto& each : box_.expired(steady_clock::now())) {
    fail(each.what, {actor_errc::deadline_passed, now_.name + ": its time passed before it was answered"});
    // A handler cannot be asked to stop; the others behind it are not to wait for ever.
    if (each.number == at_hand && seat_)
      setup_.kill(incarnation_, "it was at one message for longer than its time (actor_options::timeout)");
  }
  send_letters();
}

// After each change, too: the timer and what others see.
void stand_in::arm() {
  now_.waiting = box_.size();
  setup_.tell(now_);
  auto next = box_.next_deadline();
  const auto now = steady_clock::now();
  // Letters are held back until the actor has looked at others, of which nobody tells.
  if (seat_ && box_.unsent())
    next = std::min(next, now + look_again);
  if (next >= armed_for_)
    return;
  armed_for_ = next;
  delayed_send(this, next > now ? next - now : steady_clock::duration::zero(), wake_atom_v, ++timer_);
}

caf::actor spawn_stand_in(caf::actor_system& system, stand_in_setup setup) {
  caf::actor_config cfg{&system.middleman().backend()};
  return system.spawn_impl<stand_in, caf::hidden>(cfg, std::move(setup));
}

} // namespace pinion
