#pragma once

/// kernel_registry::add_actor and add_message: from a C++ function to a behavior with a process of its own.
/// Included by pinion.hpp.

#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <caf/actor_system_config.hpp>
#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include <pinion/actors/actor_context.hpp>
#include <pinion/actors/binding.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/actors/registered_actor.hpp>

namespace pinion {

namespace detail {

template <class F>
struct behavior_type {
  static_assert(never_true<F>,
                "an actor is made by a function of the kind caf::behavior f(caf::event_based_actor* "
                "self, pinion::actor_context& here, ...), with what a kernel takes in the end");
};
template <class... Ps>
struct behavior_type<caf::behavior (*)(caf::event_based_actor*, actor_context&, Ps...)> {
  static signature describe() {
    auto sig = shape_of_function<void, Ps...>::describe();
    static_assert((!is_context<Ps> && ...), "an actor has an actor_context, not a kernel's context");
    return sig;
  }
  template <class F>
  static caf::behavior make(const F& f, caf::event_based_actor* self, actor_context& here,
                            const kernel_call& call) {
    [[maybe_unused]] std::size_t next = 0;
    const std::tuple<decltype(take<Ps>(call, next))...> bound{take<Ps>(call, next)...};
    return std::apply([&](const auto&... each) { return f(self, here, each...); }, bound);
  }
};
template <class C, class... Ps>
struct behavior_type<caf::behavior (C::*)(caf::event_based_actor*, actor_context&, Ps...) const>
    : behavior_type<caf::behavior (*)(caf::event_based_actor*, actor_context&, Ps...)> {};

template <class F>
auto type_of_behavior() {
  if constexpr (requires { &F::operator(); })
    return behavior_type<decltype(&F::operator())>{};
  else
    return behavior_type<F>{};
}

} // namespace detail

template <class F>
void kernel_registry::add_actor(std::string name, F behavior, std::string doc) {
  using shape = decltype(detail::type_of_behavior<F>());
  auto made = std::make_shared<registered_actor>();
  made->face = {std::move(name), shape::describe(), std::move(doc), 0, {}};
  made->make = [f = std::move(behavior)](caf::event_based_actor* self, actor_context& here,
                                         const kernel_call& call) {
    return shape::make(f, self, here, call);
  };
  insert_actor(std::move(made));
}

template <class T>
void kernel_registry::add_message(std::string name) {
  insert_message({name, typeid(T), [name](caf::actor_system_config& cfg) { cfg.add_message_type<T>(name); }});
}

} // namespace pinion
