#include <pinion/runtime/actor_host.hpp>

#include <utility>

#include <spdlog/spdlog.h>

#include <pinion/actors/error.hpp>
#include <pinion/actors/logger_hold.hpp>
#include <pinion/actors/stand_in.hpp>
#include <pinion/runtime/hosted_actor.hpp>
#include <pinion/runtime/link.hpp>

namespace pinion {

namespace {

// For a process that has nothing to do any more.
constexpr auto leave_time = std::chrono::milliseconds{250};

void say(spdlog::logger& log, const std::string& name, const worker_event& event) {
  switch (event.what) {
  case worker_event::kind::started:
    return log.info("actor {} (pid {}) started on processors {}", name, event.pid, event.processors);
  case worker_event::kind::ended:
    return log.warn("actor {} (pid {}) died: {}", name, event.pid, event.cause);
  case worker_event::kind::rested:
    return log.info("actor {} (pid {}) left: {}", name, event.pid, event.cause);
  case worker_event::kind::given_up:
    return log.error("actor {} is given up: {}", name, event.cause);
  case worker_event::kind::moved:
  case worker_event::kind::grown:
    return;
  }
}

} // namespace

actor_host::~actor_host() = default;

void actor_host::start(caf::actor_system& system) {
  const logger_hold for_now;
  processes_ = std::make_shared<supervisor>(setup_.processes);
  stand_in_setup how;
  how.begin = setup_.begin;
  how.box.most = setup_.how.max_waiting;
  how.box.most_deaths = setup_.how.attempts;
  how.wait_for_restart = setup_.how.wait_for_restart;
  how.timeout = setup_.how.timeout;
  how.fingerprint = setup_.kernels->fingerprint();
  how.kernels = setup_.kernels;
  // Weak: the stand-in is held by whoever has its handle.
  const std::weak_ptr<supervisor> keeper = processes_;
  how.kill = [keeper](std::uint64_t incarnation, std::string why) {
    if (const auto here = keeper.lock())
      here->kill(0, incarnation, std::move(why));
  };
  how.dismiss = [keeper](std::uint64_t incarnation, std::string why) {
    if (const auto here = keeper.lock())
      here->dismiss(0, incarnation, false, std::move(why));
  };
  how.greeted = [keeper](std::uint64_t incarnation) {
    if (const auto here = keeper.lock())
      here->greeted(0, incarnation);
  };
  how.tell = [me = weak_from_this()](const actor_status& now) {
    const auto here = me.lock();
    if (!here)
      return;
    const auto over = [](const actor_status& at) {
      return at.now == actor_status::state::ended || at.now == actor_status::state::given_up;
    };
    bool first = false;
    {
      std::lock_guard lock(here->mutex_);
      first = over(now) && !over(here->now_);
      here->now_ = now;
    }
    // Its keeper may go, which takes a while.
    if (first)
      here->setup_.run([me] {
        if (const auto still = me.lock())
          still->stop_process(leave_time);
      });
  };
  {
    std::lock_guard lock(mutex_);
    now_.name = setup_.name;
    now_.behavior = setup_.begin.behavior;
  }
  auto stand_in = spawn_stand_in(system, std::move(how));
  {
    std::lock_guard lock(mutex_);
    stand_in_ = stand_in;
  }
  supervisor::listener hear;
  hear.on_event = [to = stand_in, log = setup_.log, name = setup_.name](worker_event event) {
    say(*log, name, event);
    caf::anon_send(to, worker_atom_v, worker_event_ptr(std::make_shared<worker_event>(std::move(event))));
  };
  hear.on_link = [&system, port = setup_.port, to = stand_in](std::uint32_t, std::uint64_t, descriptor link) {
    serve_link(system, link.release(), port, to);
  };
  processes_->attach(std::move(hear));
}

caf::actor actor_host::handle() const {
  std::lock_guard lock(mutex_);
  return stand_in_;
}

actor_status actor_host::status() const {
  std::lock_guard lock(mutex_);
  return now_;
}

void actor_host::end() {
  if (const auto to = handle())
    caf::anon_send(to, end_atom_v);
}

void actor_host::signal(int number) { processes_->signal(0, number); }

void actor_host::stop_process(std::chrono::milliseconds grace) {
  std::lock_guard lock(stopping_); // a thread is joined once
  processes_->stop(grace);
  stopped_ = true;
}

void actor_host::say_goodbye() {
  if (const auto to = handle())
    caf::anon_send(to, halt_atom_v);
}

bool actor_host::let_go(caf::actor_system& system) {
  if (!stopped_)
    return false;
  std::lock_guard lock(mutex_);
  if (const auto gone = std::exchange(stand_in_, nullptr)) {
    caf::anon_send(gone, leave_atom_v);
    system.registry().erase(gone->id());
  }
  return true;
}

void actor_host::close(caf::actor_system& system) {
  caf::actor gone;
  {
    std::lock_guard lock(mutex_);
    gone = std::exchange(stand_in_, nullptr);
  }
  if (!gone)
    return;
  caf::scoped_actor self{system, true};
  self->send(gone, leave_atom_v);
  self->wait_for(gone);
  // CAF's registry holds whatever was served to a peer.
  system.registry().erase(gone->id());
}

// -- the user's side ------------------------------------------------------------

std::shared_ptr<actor_host> hosted_actor::host() const {
  auto result = host_.lock();
  if (!result)
    throw task_error(actor_errc::node_stopping, "the node of this actor has gone, or it is none");
  return result;
}

caf::actor hosted_actor::handle() const {
  auto result = host()->handle();
  if (!result)
    throw task_error(actor_errc::node_stopping, "the node of this actor is stopping");
  return result;
}

actor_status hosted_actor::status() const {
  if (const auto here = host_.lock())
    return here->status();
  actor_status result;
  result.now = actor_status::state::ended;
  return result;
}

committed_arrays hosted_actor::arrays() const {
  const auto here = host();
  if (!here->state())
    throw task_error(actor_errc::bad_arguments, "the actor `" + here->name() +
                                                    "` was given no state; say so with "
                                                    "actor_options::with_state");
  return *here->state();
}

void hosted_actor::end() const {
  if (const auto here = host_.lock())
    here->end();
}

void hosted_actor::signal(int number) const { host()->signal(number); }

} // namespace pinion
