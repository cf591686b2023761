#include <pinion/actors/kernels_macro.hpp>

#include <algorithm>
#include <mutex>

namespace pinion {
namespace {

struct adders {
  std::mutex guard;
  std::vector<kernel_adder> list; // under guard
};

// Made by the first registrar, and so destroyed after the last.
adders& all() {
  static adders instance;
  return instance;
}

} // namespace

std::vector<kernel_adder> registered_kernels() {
  auto& [guard, list] = all();
  const std::lock_guard lock(guard);
  return list;
}

kernel_registrar::kernel_registrar(kernel_adder add_to) : add_to_(add_to) {
  auto& [guard, list] = all();
  const std::lock_guard lock(guard);
  list.push_back(add_to_);
}

kernel_registrar::~kernel_registrar() {
  auto& [guard, list] = all();
  const std::lock_guard lock(guard);
  list.erase(std::ranges::find(list, add_to_));
}

} // namespace pinion
