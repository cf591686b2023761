#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <pinion/actors/binding.hpp>
#include <pinion/actors/map_binding.hpp>
#include <pinion/actors/registered_kernel.hpp>
#include <pinion/actors/view_nd.hpp>

namespace pinion {

struct registered_actor;
struct registered_message;

/// All kernels that a process can run, sorted by name and then by the order of adding, so that two processes
/// with the same kernels number them alike. Filled by one thread; from then on any thread may read. Owns its
/// kernels; add() moves them in memory, so take no references before the last one.
class kernel_registry {
public:
  /// What PINION_KERNELS in this program and in the plug-ins loaded so far asked for.
  static kernel_registry from_registered();

  /// A function or a function object. Several under one name are overloads, chosen by what arrives.
  /// Parameters are numbers, strings, view<const T> (read), view<T> (written), view_nd<T, Rank>, any_view
  /// (read, any type), shared_view<T>, shared_value<T>, guarded<T> and record (without a lease), and context&
  /// for kernels that want to know when to stop; the result is nothing, a number, a string, an array that the
  /// kernel made (context::make) or a view of an argument. Throws task_error(bad_registration) for a name
  /// that nobody could type, and for an overload with parameters that another one has already.
  template <class F>
  void add(std::string name, F f, std::string doc = {}, const kernel_traits& traits = {}) {
    if constexpr (can_map<F>) {
      auto many = make_map_kernel(name, detail::signature_of<F>(), f);
      many.traits = traits;
      insert_with(make_kernel(std::move(name), std::move(f), std::move(doc)), traits);
      insert(std::move(many));
    } else {
      insert_with(make_kernel(std::move(name), std::move(f), std::move(doc)), traits);
    }
  }
  template <class F>
  void add(std::string name, F f, const kernel_traits& traits) {
    add(std::move(name), std::move(f), {}, traits);
  }

  /// A behavior that node::spawn_actor gives a process of its own: `caf::behavior f(caf::event_based_actor*
  /// self, actor_context& here, ...)`, with parameters as a kernel has them in the end. To call it, include
  /// actor_binding.hpp (pinion.hpp does). Throws task_error(bad_registration).
  template <class F>
  void add_actor(std::string name, F behavior, std::string doc = {});
  /// A type of yours in messages to such actors, which CAF's inspect() knows: it is told to each actor system
  /// that pinion makes or prepares. Throws task_error(bad_registration).
  template <class T>
  void add_message(std::string name);

  /// The overload that fits: the one with the fewest conversions, of equals the mildest, of those the first
  /// added. Throws task_error: unknown_kernel with the nearest name, or bad_arguments that names kernel,
  /// position (from 1), expected and got, and all overloads where there are several. Allocates nothing when
  /// it finds one.
  const registered_kernel& resolve(std::string_view name, std::span<const argument_view> arguments) const;
  const registered_kernel& resolve(std::string_view name, std::span<const argument> arguments) const;

  std::span<const registered_kernel> kernels() const noexcept { return kernels_; }
  /// The kernel that runs this one for many items; null where it cannot be (map_binding.hpp).
  const registered_kernel* map_of(const registered_kernel& one) const noexcept;
  /// Empty when there is none of that name.
  std::span<const registered_kernel> overloads(std::string_view name) const noexcept;

  /// Sorted by name.
  std::span<const std::shared_ptr<const registered_actor>> actors() const noexcept { return actors_; }
  /// Throws task_error: unknown_kernel with the nearest name, or bad_arguments.
  const registered_actor& resolve_actor(std::string_view name,
                                        std::span<const argument_view> arguments) const;
  std::span<const std::shared_ptr<const registered_message>> messages() const noexcept { return messages_; }
  bool knows_message(const std::type_info& type) const noexcept;

  /// Equal in processes that can run each other's kernels by index: a hash over names and signatures in
  /// order.
  std::uint64_t fingerprint() const;

private:
  void insert_with(registered_kernel k, const kernel_traits& traits) {
    k.traits = traits;
    insert(std::move(k));
  }
  void insert(registered_kernel k);
  void insert_actor(std::shared_ptr<const registered_actor> what);
  void insert_message(const registered_message& what);
  static void check_name(const std::string& name, std::string_view whose);
  [[noreturn]] void refuse_name(std::string_view name) const;

  std::vector<registered_kernel> kernels_;
  std::vector<std::shared_ptr<const registered_actor>> actors_;
  std::vector<std::shared_ptr<const registered_message>> messages_;
};

} // namespace pinion
