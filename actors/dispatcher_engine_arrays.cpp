// The engine's fourth part: tasks that need arrays which others use.
#include <pinion/actors/dispatcher_engine.hpp>

#include <utility>

#include <pinion/actors/wire.hpp>

namespace pinion {

// True if it does not go into a queue now: it waits for its leases, or was refused for want of them.
bool dispatcher_engine::wait_for_arrays(const task_ptr& what) {
  if (!leases_.enter(*what))
    return false;
  ++queued_;
  queued_bytes_ += what->arguments.size();
  if (what->options.when_busy == busy_policy::refuse) {
    auto text =
        what->kernel_name + ": " + busy_text(*what) + "; ask again when it is done, or let tasks wait";
    left_queue(*what);
    fail(what, actor_errc::array_busy, std::move(text));
  }
  return true;
}

// "argument 2, float64[1000], is in use by task 17 (scale)".
std::string dispatcher_engine::busy_text(const task& what) const {
  const auto in_the_way = leases_.obstacle(what.id);
  if (!in_the_way)
    return "its arrays were in use";
  const auto position = what.claimed[in_the_way->mine];
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

// No worker has it any more, or will have: who waited for its arrays may go.
void dispatcher_engine::over(const task& what) {
  for (const auto id : leases_.leave(what.id))
    line_up(pending_.at(id).what);
}

} // namespace pinion
