// The stand-in's second part: what it hears of the processes behind it.
#include <pinion/actors/stand_in.hpp>

#include <utility>

#include <pinion/shm/control_page.hpp>

namespace pinion {

void stand_in::hear(const worker_event_ptr& event) {
  switch (event->what) {
  case worker_event::kind::started:
    if (end_) {
      next_ = event; // first the predecessor's last words
      return;
    }
    incarnation_ = last_incarnation_ = event->incarnation;
    page_ = event->page;
    seat_ = nullptr;
    last_words_.clear();
    now_.pid = event->pid;
    now_.processors = event->processors;
    ++now_.life;
    if (closed_)
      setup_.dismiss(last_incarnation_, closed_->text);
    break;
  case worker_event::kind::ended:
  case worker_event::kind::rested:
  case worker_event::kind::given_up:
    if (event->incarnation != incarnation_) {
      // One that could not be started at all.
      now_.cause = event->cause;
      if (event->what == worker_event::kind::given_up)
        give_up();
      break;
    }
    end_ = event;
    if (seat_)
      wait_for_end();
    else
      settle();
    break;
  case worker_event::kind::moved:
  case worker_event::kind::grown:
    break;
  }
  arm();
}

void stand_in::greet(const hello& who) {
  if (next_)
    settle(); // whatever the predecessor had to say has come by now
  if (who.incarnation != incarnation_ || !current_sender() || seat_ || closed_)
    return;
  if (who.kernels != setup_.fingerprint)
    return setup_.kill(incarnation_, "its kernels and actors differ from the node's; build program and "
                                     "plug-ins together and start again");
  seat_ = caf::actor_cast<caf::actor>(current_sender());
  ever_up_ = true;
  monitor(seat_);
  now_.now = actor_status::state::up;
  setup_.greeted(incarnation_);
  setup_.begin.life = now_.life;
  send(seat_, setup_.begin);
  send_letters();
  arm();
}

// The actor has ended; its process waits for our farewell.
void stand_in::over(const caf::error& why) {
  if (!why)
    return finish(actor_status::state::ended, actor_errc::cancelled, "it has ended");
  last_words_ = text_of(why);
  send(seat_, farewell{});
}

// Of the process, or of what its link still has to say, whichever is missing.
void stand_in::wait_for_end() { delayed_send(this, link_patience, unheard_atom_v, incarnation_); }

void stand_in::unheard(std::uint64_t incarnation) {
  if (incarnation != incarnation_)
    return;
  if (end_)
    settle();
  else if (!seat_)
    setup_.kill(incarnation_, "its link to the node closed");
}

// The process is gone, and all it had to say was heard.
void stand_in::settle() {
  const auto end = std::exchange(end_, nullptr);
  seat_ = nullptr;
  if (end && end->incarnation == incarnation_) {
    incarnation_ = 0; // what comes from it now comes from nobody
    now_.cause = last_words_.empty() ? end->cause : last_words_;
    if (now_.now == actor_status::state::up)
      now_.now = actor_status::state::starting;
    const auto begun = page_ ? page_->block().begun.load(std::memory_order_acquire) : 0;
    page_ = nullptr;
    setup_.tell(now_);
    for (auto& each : box_.died(begun))
      fail(each.what,
           {actor_errc::worker_died,
            now_.name + ": its process (pid " + std::to_string(end->pid) +
                ") died while it handled this message" +
                (each.deaths > 1 ? ", as did " + std::to_string(each.deaths - 1) + " before it" : "") + ": " +
                now_.cause});
    if (!setup_.wait_for_restart && !closed_)
      fail_all(actor_errc::restarting, "its process died before it came to this message, and the next one is "
                                       "not ready: " +
                                           now_.cause);
  }
  if (end && end->what == worker_event::kind::given_up)
    give_up();
  if (const auto next = std::exchange(next_, nullptr))
    hear(next);
}

void stand_in::give_up() {
  finish(actor_status::state::given_up, actor_errc::worker_died, "given up: " + now_.cause);
}

// No more messages, and no more processes.
void stand_in::finish(actor_status::state how, actor_errc code, const std::string& why) {
  if (closed_)
    return;
  closed_ = failure{code, now_.name + ": " + why};
  now_.now = how;
  setup_.tell(now_); // before any asker may look
  fail_all(code, why);
  if (seat_)
    send(seat_, farewell{});
  setup_.dismiss(last_incarnation_, why);
  arm();
}

} // namespace pinion
