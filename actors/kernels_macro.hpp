#pragma once

/// All that a file of kernels needs.

#include <vector>

#include <pinion/actors/kernel_registry.hpp>

namespace pinion {

/// A function that adds kernels: what stands behind PINION_KERNELS.
using kernel_adder = void (*)(kernel_registry&);

/// Every adder of this process, in the order in which they came: the program's own, then the plug-ins' as
/// they were loaded. A copy; any thread.
std::vector<kernel_adder> registered_kernels();

/// Puts an adder on the process-wide list for as long as it lives: from the loading of a program or plug-in
/// to its end, so that nothing points into a plug-in that was unloaded. Any thread: dlopen may run on each.
class kernel_registrar {
public:
  explicit kernel_registrar(kernel_adder add_to);
  ~kernel_registrar();
  kernel_registrar(const kernel_registrar&) = delete;
  kernel_registrar& operator=(const kernel_registrar&) = delete;

private:
  kernel_adder add_to_;
};

} // namespace pinion

#define PINION_JOIN_(a, b) a##b
#define PINION_JOIN(a, b) PINION_JOIN_(a, b)

/// PINION_KERNELS(k) { k.add("dot", dot); } makes kernels known, in a program or in a plug-in, at namespace
/// scope, once a line and as often as wanted. `k` is a pinion::kernel_registry&. The body runs when a
/// registry is made, not before main.
#define PINION_KERNELS(k)                                                                                    \
  PINION_KERNELS_(PINION_JOIN(pinion_adder_, __LINE__), PINION_JOIN(pinion_registrar_, __LINE__), k)
#define PINION_KERNELS_(adder, registrar, k)                                                                 \
  static void adder(::pinion::kernel_registry& k);                                                           \
  static const ::pinion::kernel_registrar registrar{&adder};                                                 \
  static void adder(::pinion::kernel_registry& k)
