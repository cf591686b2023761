#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/array_spec.hpp>
#include <pinion/shm/any_array.hpp>
#include <pinion/shm/store.hpp>

namespace pinion::scenario {

/// The arrays of a scenario, by name. Filled once, by the player's thread; owns handles, the blocks are the
/// store's.
class array_set {
public:
  /// Makes and fills, or loads, all of them. A relative file lies in `folder`. `go_on` is called every now
  /// and then, and ends the work by throwing. Throws what the store throws; a file that cannot be loaded is a
  /// scenario_error.
  array_set(store& where, const std::vector<array_spec>& specs, const std::filesystem::path& folder,
            const std::function<void()>& go_on);

  /// The name must be one of the specs'.
  const any_array& at(const std::string& name) const { return arrays_.at(name); }

private:
  std::map<std::string, any_array> arrays_;
};

} // namespace pinion::scenario
