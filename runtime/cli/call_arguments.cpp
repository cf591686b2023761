#include <pinion/runtime/cli/call_arguments.hpp>

namespace pinion::cli {

call_arguments::call_arguments(store& into, const std::vector<argument_text>& spelled) {
  for (const auto& each : spelled) {
    if (const auto* value = std::get_if<argument>(&each)) {
      values_.push_back(*value);
      continue;
    }
    any_array made;
    if (const auto* file = std::get_if<file_argument>(&each))
      made = load(into, *file);
    else if (const auto* fresh = std::get_if<zeros_argument>(&each))
      made = into.make(fresh->type, fresh->shape, fill::zero);
    arrays_.emplace(values_.size(), made);
    values_.emplace_back(made.ref());
  }
}

std::vector<std::shared_ptr<const void>> call_arguments::holds() const {
  std::vector<std::shared_ptr<const void>> result;
  for (const auto& [position, array] : arrays_)
    result.push_back(array.view().source);
  return result;
}

std::vector<any_view> call_arguments::written_by(const signature& sig) const {
  std::vector<any_view> result;
  for (const auto& [position, array] : arrays_)
    if (position < sig.parameters.size() && sig.parameters[position].writable)
      result.push_back(array.view());
  return result;
}

} // namespace pinion::cli
