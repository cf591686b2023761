// The arguments of one call, ready to be sent.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/signature.hpp>
#include <pinion/runtime/cli/argument_text.hpp>
#include <pinion/shm/any_array.hpp>
#include <pinion/shm/store.hpp>

namespace pinion::cli {

/// Arguments made from their spellings, and the arrays among them, which live as long as this does. A value;
/// one thread at a time.
class call_arguments {
public:
  /// Loads and makes the arrays in `into`. Throws shm's errors for files
  /// and space.
  call_arguments(store& into, const std::vector<argument_text>& spelled);

  const std::vector<argument>& values() const { return values_; }

  /// What keeps the arrays, for node::submit_packed.
  std::vector<std::shared_ptr<const void>> holds() const;

  /// The arrays that a kernel with this signature writes, in the order of its parameters.
  std::vector<any_view> written_by(const signature& sig) const;

private:
  std::vector<argument> values_;
  std::map<std::size_t, any_array> arrays_; // by position among the arguments
};

} // namespace pinion::cli
