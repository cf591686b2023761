#include <pinion/actors/dispatcher.hpp>

#include <algorithm>
#include <utility>

#include <pinion/actors/reply_journal.hpp>
#include <pinion/shm/arena_owner.hpp>
#include <pinion/shm/control_page.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

// How long the link of an ended process may take to be read to its end: a child that a kernel forked may hold
// it open, and must not hold up the answers.
constexpr auto patience = std::chrono::milliseconds{100};

static_assert(worker_table::most_outstanding <= journal_reach, "the node reads while the worker writes");

} // namespace

dispatcher::dispatcher(caf::actor_config& cfg, dispatcher_setup setup)
    : closing_broker(cfg), setup_(std::move(setup)), engine_(*this, setup_.limits),
      links_(setup_.limits.slots) {}

caf::behavior dispatcher::make_behavior() {
  set_down_handler([this](caf::down_msg& msg) { link_down(msg.source); });
  return {
      [this](submit_atom, task_ptr& what) {
        engine_.submit(std::move(what), steady_clock::now());
        arm();
      },
      [this](ask_atom, task_ptr& what) {
        auto answer = make_response_promise<outcome_ptr>();
        what->on_done = [answer](outcome&& result) mutable {
          answer.deliver(std::make_shared<outcome>(std::move(result)));
        };
        engine_.submit(std::move(what), steady_clock::now());
        arm();
        return answer;
      },
      [this](withdraw_atom, const task_ptr& what) {
        engine_.withdraw(what, steady_clock::now());
        arm();
      },
      [this](done_batch& batch) {
        take(batch);
        arm();
      },
      [this](const hello& who) {
        greet(who);
        arm();
      },
      [this](worker_atom, const worker_event_ptr& event) {
        hear(event);
        arm();
      },
      [this](unheard_atom, std::uint32_t slot, std::uint64_t incarnation) {
        unheard(slot, incarnation);
        arm();
      },
      [this](wake_atom, std::uint64_t generation) {
        if (generation != timer_)
          return;
        armed_for_ = never;
        engine_.wake(steady_clock::now());
        arm();
      },
      [this](status_atom) -> status_ptr {
        return std::make_shared<dispatcher_status>(engine_.status(steady_clock::now()));
      },
      [this](leases_atom) -> claims_ptr { return report(); },
      [this](retire_atom, const std::string& segment) {
        for (auto& each : links_)
          if (each.up)
            send(each.worker, drop_segment{segment});
      },
      [this](free_atom, std::uint32_t slot, std::uint64_t incarnation, std::uint64_t offset,
             std::uint64_t size) {
        if (links_[slot].up && links_[slot].incarnation == incarnation)
          send(links_[slot].worker, free_block{offset, size});
      },
      [this](halt_atom) {
        engine_.halt();
        for (std::uint32_t slot = 0; slot < links_.size(); ++slot)
          if (links_[slot].up)
            send(links_[slot].worker, farewell{slot});
      },
      [this](leave_atom) { quit(); },
  };
}

void dispatcher::on_exit() {
  // Whatever ended it: nobody is left waiting.
  engine_.halt();
  // What CAF keeps of this actor (BASP remembers whom it published) must not keep arrays.
  engine_.forget_outstanding();
  for (auto& each : links_)
    if (each.arena) {
      each.arena->worker_gone();
      each.arena->retire();
    }
  links_.clear();
}

void dispatcher::take(const done_batch& batch) {
  const auto from = std::find_if(links_.begin(), links_.end(), [&](const auto& each) {
    return each.up && each.worker == current_sender();
  });
  if (from == links_.end())
    return; // a worker that was replaced
  const auto slot = static_cast<std::uint32_t>(from - links_.begin());
  try {
    auto items = unpack_done(batch.bytes);
    if (items.slot != slot || items.incarnation != from->incarnation)
      throw task_error(actor_errc::malformed, "a reply in another's name");
    engine_.done(std::move(items), steady_clock::now());
  } catch (const std::system_error& why) {
    // A worker that sends nonsense has lost its memory to a wild write: end it.
    setup_.kill(slot, from->incarnation, std::string("it sent a malformed reply: ") + why.what());
  }
}

// -- the engine's world -------------------------------------------------------

void dispatcher::run(std::uint32_t slot, std::string batch) {
  send(links_[slot].worker, run_batch{std::move(batch)});
}

void dispatcher::ask_to_stop(std::uint32_t slot, std::uint64_t task) {
  if (links_[slot].page)
    links_[slot].page->block().stop.store(task, std::memory_order_relaxed);
}

void dispatcher::kill(std::uint32_t slot, std::uint64_t incarnation, const std::string& why) {
  setup_.kill(slot, incarnation, why);
}

std::uint64_t dispatcher::begun(std::uint32_t slot) const {
  // Acquire: what the worker wrote before it counted is visible too.
  return links_[slot].page ? links_[slot].page->block().begun.load(std::memory_order_acquire) : 0;
}

// -- workers ------------------------------------------------------------------

void dispatcher::hear(const worker_event_ptr& event) {
  if (event->slot >= links_.size())
    return;
  auto& mine = links_[event->slot];
  switch (event->what) {
  case worker_event::kind::started:
    if (mine.end)
      mine.next = event; // first the predecessor's last words
    else
      begin(mine, event);
    break;
  case worker_event::kind::ended:
    if (event->incarnation != mine.incarnation)
      break;
    mine.end = event;
    if (mine.up)
      delayed_send(this, patience, unheard_atom_v, event->slot, event->incarnation);
    else
      settle(mine);
    break;
  case worker_event::kind::given_up:
    if (mine.end)
      settle(mine);
    engine_.given_up(*event, steady_clock::now());
    // Nobody else will come to this slot and take its place.
    if (event->incarnation == mine.incarnation && mine.arena)
      mine.arena->worker_gone();
    setup_.on_settled(event->slot, event->incarnation, event->cause);
    break;
  }
}

void dispatcher::begin(link& which, const worker_event_ptr& event) {
  which = link{{}, event->incarnation, event->page, event->arena, 0, false, nullptr, nullptr};
  if (event->arena)
    listen_to(*event->arena, event->slot, event->incarnation);
  engine_.started(*event);
}

// Blocks are dropped on any thread; the worker is told on ours. A weak handle: results may outlive the node.
void dispatcher::listen_to(arena_owner& arena, std::uint32_t slot, std::uint64_t incarnation) {
  arena.on_free([me = caf::actor_cast<caf::weak_actor_ptr>(this), slot, incarnation](arena_block what) {
    if (const auto here = caf::actor_cast<caf::actor>(me))
      caf::anon_send(here, free_atom_v, slot, incarnation, what.offset, what.size);
  });
}

std::uint64_t dispatcher::running(std::uint32_t slot) const {
  return links_[slot].page ? links_[slot].page->block().running.load(std::memory_order_relaxed) : 0;
}

std::vector<done_item> dispatcher::finished(std::uint32_t slot) {
  auto& mine = links_[slot];
  return mine.page ? read_journal(*mine.page, mine.noted) : std::vector<done_item>{};
}

std::shared_ptr<const origin> dispatcher::take_over(std::uint32_t slot, const arena_block& block,
                                                    stored_array facts) {
  if (!links_[slot].arena)
    raise(shm_errc::bad_reference, "a result is said to lie in an arena, and there is none");
  return links_[slot].arena->take_over(block, std::move(facts));
}

array_fault dispatcher::fault(std::uint32_t slot) const {
  return links_[slot].page
             ? array_fault::unpack(links_[slot].page->block().fault.load(std::memory_order_acquire))
             : array_fault{};
}

void dispatcher::greet(const hello& who) {
  if (who.slot < links_.size() && links_[who.slot].next)
    settle(links_[who.slot]); // whatever the predecessor had to say has come by now
  if (!engine_.is_current(who.slot, who.incarnation) || !current_sender())
    return;
  if (who.kernels != setup_.kernels) {
    setup_.kill(who.slot, who.incarnation,
                "its kernels differ from the node's; build program and plug-ins together and start again");
    return;
  }
  auto& mine = links_[who.slot];
  if (mine.up)
    return; // it has said so before
  mine.worker = caf::actor_cast<caf::actor>(current_sender());
  mine.up = true;
  monitor(mine.worker);
  engine_.ready(who.slot, who.incarnation, steady_clock::now());
  setup_.on_settled(who.slot, who.incarnation, {});
}

void dispatcher::link_down(const caf::actor_addr& whose) {
  for (std::uint32_t slot = 0; slot < links_.size(); ++slot) {
    auto& each = links_[slot];
    if (!each.up || each.worker.address() != whose)
      continue;
    each.up = false;
    each.worker = nullptr;
    if (each.end)
      settle(each);
    else // the process should end any moment; if not, it is unreachable
      delayed_send(this, patience, unheard_atom_v, slot, each.incarnation);
  }
  arm();
}

void dispatcher::unheard(std::uint32_t slot, std::uint64_t incarnation) {
  auto& mine = links_[slot];
  if (mine.incarnation != incarnation)
    return;
  if (mine.end)
    settle(mine);
  else if (!mine.up)
    setup_.kill(slot, incarnation, "its link to the node closed");
}

void dispatcher::settle(link& which) {
  auto end = std::exchange(which.end, nullptr);
  which.up = false;
  which.worker = nullptr;
  if (end)
    engine_.ended(*end, steady_clock::now());
  // All it had to say was heard.
  if (end && which.arena) {
    which.arena->worker_gone();
    std::erase_if(old_arenas_, [](const auto& each) { return each.expired(); });
    old_arenas_.push_back(which.arena);
  }
  if (const auto next = std::exchange(which.next, nullptr))
    begin(which, next);
}

void dispatcher::arm() {
  const auto next = engine_.next_wake();
  if (next >= armed_for_)
    return;
  armed_for_ = next;
  const auto now = steady_clock::now();
  delayed_send(this, next > now ? next - now : steady_clock::duration::zero(), wake_atom_v, ++timer_);
}

caf::actor spawn_dispatcher(caf::actor_system& system, dispatcher_setup setup) {
  caf::actor_config cfg{&system.middleman().backend()};
  return system.spawn_impl<dispatcher, caf::hidden>(cfg, std::move(setup));
}

} // namespace pinion
