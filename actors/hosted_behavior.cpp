#include <pinion/actors/hosted_behavior.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include <pinion/actors/binding.hpp>
#include <pinion/actors/throw_trace.hpp>

namespace pinion {

namespace {

failure thrown(const std::string& name, const throw_watch& watch) {
  const auto what = std::current_exception();
  auto result = failure_of(name, what);
  if (!result.type.empty())
    result.trace = trace_of(watch, what);
  return result;
}

} // namespace

hosted_behavior::hosted_behavior(caf::actor_config& cfg, setup what)
    : caf::event_based_actor(cfg), setup_(std::move(what)) {}

caf::behavior hosted_behavior::make_behavior() {
  const throw_watch watch;
  pinion::context none;
  try {
    return setup_.what->make(this, *setup_.here,
                             {setup_.what->face, setup_.arguments, *setup_.maps, none, nullptr});
  } catch (...) {
    const auto why = thrown(setup_.what->face.name, watch);
    setup_.on_throw(0, why);
    quit(to_caf_error(why));
    return {};
  }
}

std::uint64_t hosted_behavior::number_of(const caf::mailbox_element& what) const {
  if (!what.mid.is_request() || what.sender != setup_.seat)
    return 0;
  const auto number = what.mid.request_id().integer_value();
  return number > first_letter ? number - first_letter : 0;
}

caf::invoke_message_result hosted_behavior::consume(caf::mailbox_element& what) {
  const auto number = number_of(what);
  auto& page = setup_.page->block();
  const auto begun = page.begun.load(std::memory_order_relaxed);
  if (number > 0) {
    page.finished.store(std::max(number, page.finished.load(std::memory_order_relaxed)),
                        std::memory_order_relaxed);
    page.running.store(number, std::memory_order_relaxed);
    // Release, as with tasks: who sees that it has begun sees which one.
    page.begun.store(std::max(number, begun), std::memory_order_release);
  }
  const throw_watch watch;
  auto result = caf::invoke_message_result::consumed;
  try {
    result = caf::event_based_actor::consume(what);
  } catch (...) {
    const auto why = thrown(setup_.what->face.name, watch);
    setup_.on_throw(number, why);
    quit(to_caf_error(why));
  }
  if (number > 0 && result == caf::invoke_message_result::skipped)
    page.begun.store(begun, std::memory_order_relaxed); // put off, and not begun
  page.running.store(0, std::memory_order_relaxed);
  return result;
}

} // namespace pinion
