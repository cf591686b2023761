// The engine's fourth part: tasks that need arrays which others use.
#include <pinion/actors/dispatcher_engine.hpp>

#include <utility>

#include <pinion/actors/wire.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

// True if it does not go into a queue now: it waits for its leases, or was refused for want of them.
bool dispatcher_engine::wait_for_arrays(const task_ptr& what, time_point now) {
  if (!leases_.enter(*what))
    return false;
  room_.enter(*what);
  if (what->options.when_busy == busy_policy::refuse) {
    auto text =
        what->kernel_name + ": " + busy_text(*what) + "; ask again when it is done, or let tasks wait";
    left_queue(*what, now);
    fail(what, {actor_errc::array_busy, std::move(text)});
  }
  return true;
}

// "argument 2, float64[1000], is in use by task 17 (scale)".
std::string dispatcher_engine::busy_text(const task& what) const {
  const auto in_the_way = leases_.obstacle(what.id);
  if (!in_the_way)
    return "its arrays were in use";
  const auto position = what.arrays->claimed[in_the_way->mine];
  auto text = "argument " + std::to_string(position + 1);
  const auto arguments = unpack_arguments(what.arguments);
  if (const auto* ref = position < arguments.size() ? std::get_if<array_ref>(&arguments[position]) : nullptr)
    text += ", " + describe(ref->type, ref->lay.shape) + ",";
  text += in_the_way->certain ? " is in use by " : " may share elements with what is in use by ";
  const auto other = pending_.find(in_the_way->whose);
  return text + "task " + std::to_string(in_the_way->whose) +
         (other == pending_.end() ? ", which was given up and has not ended yet"
                                  : " (" + other->second.what->kernel_name + ")");
}

// The result lies in an array that the kernel made: the node owns it from now on. A worker that names a block
// which cannot be has lost its memory to a wild write, but the task's caller still gets an answer.
void dispatcher_engine::take_block(outcome& result, std::uint32_t slot, const done_item& item,
                                   const std::string& kernel) {
  try {
    const auto* ref = result.ok() ? std::get_if<array_ref>(&std::get<argument>(result.result)) : nullptr;
    stored_array facts;
    facts.label = "result of " + kernel;
    if (ref != nullptr) {
      facts.type = ref->type;
      facts.shape = ref->lay.shape;
    }
    result.block = port_.take_over(slot, *item.block, std::move(facts));
    if (ref == nullptr)
      throw task_error(actor_errc::malformed, "a block came with a result that is no array");
    const auto span = byte_span_of(ref->lay, item_size(ref->type));
    const auto room = static_cast<std::int64_t>(item.block->size);
    const auto begin = static_cast<std::int64_t>(ref->offset - item.block->offset);
    if (ref->segment != result.block->segment || begin < 0 || begin > room || span.low < -begin ||
        span.high > room - begin)
      throw task_error(actor_errc::malformed, "its result reaches out of the block that came with it");
  } catch (const std::system_error& why) {
    result.result = failure{actor_errc::malformed,
                            limits_.describe_worker(slot) + " sent a malformed reply: " + why.what()};
    result.block.reset();
    port_.kill(slot, table_[slot].incarnation, std::string("it sent a malformed reply: ") + why.what());
  }
}

// What the caller is told when the worker died of one of the task's arrays.
std::optional<failure> dispatcher_engine::blame_array(const task& what, std::uint32_t slot) const {
  const auto found = port_.fault(slot);
  if (found.what == array_fault::kind::none)
    return std::nullopt;
  const auto arguments = unpack_arguments(what.arguments);
  const auto* ref =
      found.argument < arguments.size() ? std::get_if<array_ref>(&arguments[found.argument]) : nullptr;
  if (ref == nullptr)
    return std::nullopt;
  const auto which = "argument " + std::to_string(found.argument + 1) + ", " + to_string(*ref);
  const auto where = limits_.describe_worker(slot) + " ended of it";
  if (found.what == array_fault::kind::lost_pages)
    return failure{actor_errc::bad_reference, what.kernel_name + ": the memory of " + which +
                                                  " is gone, somebody has cut its file; " + where};
  return failure{actor_errc::read_only_array,
                 what.kernel_name + ": it wrote to " + which +
                     ", which it may only read: the kernel takes view<const T>; take view<T>, or write "
                     "elsewhere; " +
                     where};
}

claim_report dispatcher_engine::claims(std::size_t most) const {
  // So many tasks are looked at, at the most: this is asked on the I/O thread.
  std::size_t steps = 20 * most;
  claim_report result;
  const auto add = [&](const task& what, task_claim::state now, int slot) {
    if (steps == 0 || result.claims.size() + what.claims().size() > most) {
      result.more = result.more || !what.claims().empty() || steps == 0;
      return false;
    }
    --steps;
    for (const auto& each : what.claims())
      result.claims.push_back({what.id, what.kernel_name, now, slot, each.right, each.what});
    return true;
  };
  // Some of those that workers have were answered already, by their deadlines, and still use their arrays.
  for (const auto& who : table_.entries()) {
    const auto slot = table_.slot_of(who);
    const auto at_hand = port_.running(slot);
    for (const auto& what : who.outstanding)
      if (!add(*what, what->id == at_hand ? task_claim::state::runs : task_claim::state::sent,
               static_cast<int>(slot)))
        return result;
  }
  for (const auto& [id, where] : pending_)
    if (where.slot < 0 && !add(*where.what, task_claim::state::waits, -1))
      return result;
  return result;
}

// No worker has it any more, or will have: who waited for its arrays may go.
void dispatcher_engine::over(const task& what) {
  for (const auto id : leases_.leave(what.id))
    line_up(pending_.at(id).what);
}

} // namespace pinion
