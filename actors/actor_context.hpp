#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/committed_value.hpp>
#include <pinion/shm/mapper.hpp>

namespace pinion {

/// What an actor with a process of its own knows of it, and its state. Lives as long as the process; for the
/// actor's own thread.
class actor_context {
public:
  actor_context(std::string name, std::uint64_t life, std::optional<committed_arrays> state, mapper& maps)
      : name_(std::move(name)), life_(life), state_(std::move(state)), maps_(maps) {}

  /// As node::spawn_actor was told, or as pinion called it.
  const std::string& name() const noexcept { return name_; }
  /// Which of the actor's processes this is: 1, and one more after each death.
  std::uint64_t life() const noexcept { return life_; }

  /// The state that it was given (actor_options::state), as its last commit left it. Throws
  /// task_error(bad_arguments) when it was given none, and shm's wrong_type for other elements.
  template <element T>
  committed<T> state() const {
    return committed<T>(arrays());
  }
  /// The same of one that is a struct; throws shm's bad_shape for one of another size.
  template <class S>
  committed_value<S> state_value() const {
    return committed_value<S>(arrays());
  }
  bool has_state() const noexcept { return state_.has_value(); }

  /// An array that a message names: view<const T> to read, view<T> to write as well. No lease guards it; who
  /// sent the message keeps it alive until it is answered. Throws shm_error.
  template <class T>
  view<T> open(const array_ref& what) {
    return maps_.open(what, std::is_const_v<T> ? access::read : access::write).template as<T>();
  }

private:
  const committed_arrays& arrays() const;

  std::string name_;
  std::uint64_t life_;
  std::optional<committed_arrays> state_;
  mapper& maps_;
};

} // namespace pinion
