#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/context.hpp>
#include <pinion/actors/signature.hpp>
#include <pinion/shm/mapper.hpp>

namespace pinion {

struct kernel_call;
class argument_map;

/// What a kernel's author promises of it.
struct kernel_traits {
  /// Running it twice does what running it once does, also when the first run was broken off: its tasks may
  /// run again when a worker dies of them.
  bool idempotent = false;
};

/// A named function that tasks can run: one overload of it. Immutable once it is in a registry; then any
/// thread may read and invoke it, each with a mapper and a context of its own. Owns the function (object)
/// that it was made from, which must be callable at the same time from several threads if the kernel is
/// invoked so.
struct registered_kernel {
  std::string name;
  signature sig;
  std::string doc;       ///< one line, for `pinion kernels`
  std::size_t index = 0; ///< its place in the registry: how it is named on a link
  std::function<argument(const kernel_call&)> body;
  /// Of one that runs another for many items (map_binding.hpp): what the other takes.
  std::optional<signature> each = {};
  kernel_traits traits = {};

  /// Runs the function on this thread. Opens array references with `maps`, for writing only where the
  /// parameter is a view<T> of T not const; the views live until the function has returned. Throws
  /// task_error: bad_arguments or bad_reference, with name and position, before the function is called; and
  /// lets out what it throws.
  /// `where` is told of each array that was opened.
  argument invoke(std::span<const argument> arguments, mapper& maps, context& ctx,
                  argument_map* where = nullptr) const;

  std::string to_string() const { return sig.to_string(name); }
  /// Its name for people: of one that runs another, the other's.
  std::string shown_name() const;
  /// One of pinion's own, which nobody is told of.
  bool builtin() const noexcept { return name.starts_with("pinion."); }
};

} // namespace pinion
