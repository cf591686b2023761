// The arguments of one call, ready to be sent.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/signature.hpp>
#include <pinion/runtime/cli/argument_text.hpp>
#include <pinion/shm/any_view.hpp>
#include <pinion/shm/store.hpp>

namespace pinion::cli {

/// Arguments made from their spellings, and the arrays among them, which live as long as this does. A value;
/// one thread at a time.
class call_arguments {
public:
  /// Loads and makes the arrays in `into`, and attaches to those that are published in `runtime_dir`. Throws
  /// shm's errors for files and space, and what attach_any does.
  call_arguments(store& into, const std::vector<argument_text>& spelled, std::filesystem::path runtime_dir);

  /// Throws read_only for an array that is published for reading, or mapped from a file, and that a kernel
  /// with this signature writes.
  void check_rights(const signature& sig) const;

  const std::vector<argument>& values() const { return values_; }

  /// What keeps the arrays, for node::submit_packed.
  std::vector<std::shared_ptr<const void>> holds() const;

  /// The arrays that a kernel with this signature writes, in the order of its parameters.
  std::vector<any_view> written_by(const signature& sig) const;

private:
  const std::filesystem::path runtime_dir_;
  std::vector<argument> values_;
  // By position among the arguments.
  std::map<std::size_t, any_view> arrays_;
  std::map<std::size_t, std::string> published_;
  std::map<std::size_t, std::filesystem::path> mapped_;
};

} // namespace pinion::cli
