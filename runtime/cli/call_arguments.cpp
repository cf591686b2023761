#include <pinion/runtime/cli/call_arguments.hpp>

#include <utility>

#include <pinion/runtime/attach.hpp>
#include <pinion/shm/error.hpp>

namespace pinion::cli {

call_arguments::call_arguments(store& into, const std::vector<argument_text>& spelled,
                               std::filesystem::path runtime_dir)
    : runtime_dir_(std::move(runtime_dir)) {
  for (const auto& each : spelled) {
    if (const auto* value = std::get_if<argument>(&each)) {
      values_.push_back(*value);
      continue;
    }
    any_view made;
    if (const auto* file = std::get_if<file_argument>(&each)) {
      made = load(into, *file);
      if (!made.writable)
        mapped_.emplace(values_.size(), file->path);
    } else if (const auto* fresh = std::get_if<zeros_argument>(&each)) {
      made = into.make(fresh->type, fresh->shape, fill::zero);
      into.label(made, "argument " + std::to_string(values_.size() + 1));
    } else if (const auto* shared = std::get_if<published_argument>(&each)) {
      // Whether it may be written shows once the kernel is chosen, by the types.
      made = attach_any(shared->name, access::read, runtime_dir_);
      published_.emplace(values_.size(), shared->name);
    }
    values_.emplace_back(made.ref());
    arrays_.emplace(values_.size() - 1, std::move(made));
  }
}

void call_arguments::check_rights(const signature& sig) const {
  for (const auto& [position, name] : published_)
    if (position < sig.parameters.size() && sig.parameters[position].writable)
      static_cast<void>(attach_any(name, access::write, runtime_dir_));
  for (const auto& [position, path] : mapped_)
    if (position < sig.parameters.size() && sig.parameters[position].writable)
      raise(shm_errc::read_only, path.string() +
                                     " is mapped to be read only, and the kernel writes it; write @" +
                                     path.string() + " to load it");
}

std::vector<std::shared_ptr<const void>> call_arguments::holds() const {
  std::vector<std::shared_ptr<const void>> result;
  for (const auto& [position, array] : arrays_)
    result.push_back(array.source);
  return result;
}

std::vector<any_view> call_arguments::written_by(const signature& sig) const {
  std::vector<any_view> result;
  for (const auto& [position, array] : arrays_)
    if (position < sig.parameters.size() && sig.parameters[position].writable)
      result.push_back(array);
  return result;
}

} // namespace pinion::cli
