#include <pinion/actors/dispatcher.hpp>

#include <algorithm>
#include <utility>

#include <pinion/actors/emission_queue.hpp>
#include <pinion/actors/reply_journal.hpp>
#include <pinion/shm/arena_owner.hpp>
#include <pinion/shm/control_page.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

static_assert(worker_table::most_outstanding <= journal_reach, "the node reads while the worker writes");

} // namespace

dispatcher::dispatcher(caf::actor_config& cfg, dispatcher_setup setup)
    : closing_broker(cfg), setup_(std::move(setup)), engine_(*this, setup_.limits), links_(engine_.slots()) {}

caf::behavior dispatcher::make_behavior() {
  set_down_handler([this](caf::down_msg& msg) { link_down(msg.source); });
  return {
      [this](submit_atom, task_ptr& what) {
        engine_.submit(std::move(what), steady_clock::now());
        arm();
      },
      [this](ask_atom, task_ptr& what) {
        auto answer = make_response_promise<outcome_ptr>();
        what->tell([answer](outcome&& result) mutable {
          answer.deliver(std::make_shared<outcome>(std::move(result)));
        });
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
      [this](const caf::io::new_data_msg& msg) {
        read_stream(msg);
        arm();
      },
      [this](const caf::io::connection_closed_msg& msg) {
        for (std::uint32_t slot = 0; slot < links_.size(); ++slot)
          if (links_[slot].stream == msg.handle) {
            links_[slot].stream = {};
            release(slot);
          }
        arm();
      },
      [this](next_atom, const task_ptr& what) {
        auto answer = make_response_promise();
        what->emitted()->notify([answer]() mutable { answer.deliver(caf::unit); });
        return answer;
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
      [this](pause_atom) { engine_.pause(); },
      [this](resume_atom) {
        engine_.resume(steady_clock::now());
        arm();
      },
      [this](drain_atom) {
        auto answer = make_response_promise<bool>();
        engine_.drain([answer](bool drained) mutable { answer.deliver(drained); }, steady_clock::now());
        arm();
        return answer;
      },
      [this](resize_atom, std::uint64_t workers) {
        engine_.resize(workers, steady_clock::now());
        arm();
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
    // Behind what is held back.
    from->held.push_back(std::move(items));
  } catch (const std::system_error& why) {
    return refuse_reply(slot, why);
  }
  release(slot);
}

void dispatcher::settle_replies(std::uint32_t slot, done_items&& items) {
  try {
    if (links_[slot].prepares)
      prepared(slot, items);
    else
      engine_.done(std::move(items), steady_clock::now());
  } catch (const std::system_error& why) {
    refuse_reply(slot, why);
  }
}

// A worker that sends nonsense has lost its memory to a wild write: end it.
void dispatcher::refuse_reply(std::uint32_t slot, const std::system_error& why) {
  setup_.kill(slot, links_[slot].incarnation, std::string("it sent a malformed reply: ") + why.what());
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

// The process hears of it by its link, and its keeper, who is to expect its end.
void dispatcher::dismiss(std::uint32_t slot, std::uint64_t incarnation, bool again, const std::string& why) {
  setup_.dismiss(slot, incarnation, again, why);
  if (links_[slot].up && links_[slot].incarnation == incarnation)
    send(links_[slot].worker, farewell{slot});
}

void dispatcher::call_in(std::uint32_t slot) { setup_.call_in(slot); }

void dispatcher::post(std::uint32_t slot, std::uint32_t place) { setup_.post(slot, place); }

void dispatcher::resize(std::size_t workers, std::size_t slots) {
  links_.resize(std::max(slots, links_.size()));
  setup_.resize(workers, slots);
}

std::uint64_t dispatcher::begun(std::uint32_t slot) const {
  // Acquire: what the worker wrote before it counted is visible too.
  return links_[slot].page ? links_[slot].page->block().begun.load(std::memory_order_acquire) : 0;
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
