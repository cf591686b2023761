#pragma once

#include <doctest/doctest.h>

#include <pinion/pinion.hpp>

namespace pinion::test {

/// What an actor with a process of its own answers; fails the test when it does not.
template <class R, class... Ts>
R ask_for(caf::scoped_actor& self, const hosted_actor& whom, Ts... message) {
  R result{};
  self->request(whom.handle(), caf::infinite, message...)
      .receive([&](R x) { result = std::move(x); }, [](const caf::error& why) { FAIL(text_of(why)); });
  return result;
}

/// Why it does not.
template <class... Ts>
failure why_not(caf::scoped_actor& self, const hosted_actor& whom, Ts... message) {
  failure result;
  self->request(whom.handle(), caf::infinite, message...)
      .receive([] {}, [&](const caf::error& why) { result = pinion::failure_of(why); });
  return result;
}

} // namespace pinion::test
