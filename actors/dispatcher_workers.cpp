// The dispatcher's second part: what it hears of its workers.
#include <pinion/actors/dispatcher.hpp>

#include <algorithm>
#include <utility>

#include <pinion/shm/arena_owner.hpp>
#include <pinion/shm/control_page.hpp>

namespace pinion {

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
  case worker_event::kind::rested:
    if (event->incarnation != mine.incarnation)
      break;
    mine.end = event;
    if (mine.up)
      delayed_send(this, link_patience, unheard_atom_v, event->slot, event->incarnation);
    else
      settle(mine);
    break;
  case worker_event::kind::moved:
    engine_.moved(*event);
    break;
  case worker_event::kind::grown:
    engine_.grown(event->slot, event->incarnation, event->cause, steady_clock::now());
    break;
  case worker_event::kind::given_up:
    if (mine.end)
      settle(mine);
    engine_.given_up(told(mine, *event), steady_clock::now());
    // Nobody else will come to this slot and take its place.
    if (event->incarnation == mine.incarnation && mine.arena)
      mine.arena->worker_gone();
    setup_.on_settled(event->slot, event->incarnation, told(mine, *event).cause);
    break;
  }
}

void dispatcher::begin(link& which, const worker_event_ptr& event) {
  close_stream(which);
  which = {};
  which.incarnation = event->incarnation;
  which.page = event->page;
  which.arena = event->arena;
  if (event->stream)
    open_stream(which, std::move(*event->stream));
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
  mine.prepares = !setup_.initializer.empty();
  if (mine.prepares)
    send(mine.worker, run_batch{setup_.initializer});
  else
    welcome(who.slot, 0);
}

// `begun`: tasks that it has run already.
void dispatcher::welcome(std::uint32_t slot, std::uint64_t begun) {
  const auto incarnation = links_[slot].incarnation;
  engine_.ready(slot, incarnation, steady_clock::now(), begun);
  setup_.on_settled(slot, incarnation, {});
}

void dispatcher::prepared(std::uint32_t slot, const done_items& what) {
  auto& mine = links_[slot];
  mine.prepares = false;
  if (what.items.size() != 1 || what.items.front().id != initializer_task)
    throw task_error(actor_errc::malformed, "a reply that is not the initializer's");
  const auto result = outcome_of(what.items.front(), static_cast<int>(slot));
  if (const auto* why = std::get_if<failure>(&result.result))
    return setup_.kill(slot, mine.incarnation, "its initializer failed: " + why->text);
  welcome(slot, 1);
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
      delayed_send(this, link_patience, unheard_atom_v, slot, each.incarnation);
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

// Who dies, or says nothing, while it prepares itself has died of its initializer.
worker_event dispatcher::told(const link& which, const worker_event& end) const {
  auto result = end;
  if (which.prepares && which.incarnation == end.incarnation)
    result.cause = "in its initializer, " + setup_.initializer_name + ": " + end.cause;
  return result;
}

void dispatcher::settle(link& which) {
  // What it had to say of finished tasks counts also where a partial result of theirs was lost with it.
  close_stream(which);
  release(static_cast<std::uint32_t>(&which - links_.data()));
  auto end = std::exchange(which.end, nullptr);
  which.up = false;
  which.worker = nullptr;
  if (end && end->what == worker_event::kind::rested)
    engine_.rested(*end, steady_clock::now());
  else if (end)
    engine_.ended(told(which, *end), steady_clock::now());
  // All it had to say was heard.
  if (end && which.arena) {
    which.arena->worker_gone();
    std::erase_if(old_arenas_, [](const auto& each) { return each.expired(); });
    old_arenas_.push_back(which.arena);
  }
  if (const auto next = std::exchange(which.next, nullptr))
    begin(which, next);
}

} // namespace pinion
