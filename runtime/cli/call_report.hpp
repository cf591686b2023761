// What a call has to say when it is over.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/outcome.hpp>
#include <pinion/shm/any_view.hpp>

namespace pinion::cli {

/// The result of a call and the arrays that go with it. A plain value.
struct call_report {
  std::string kernel;
  argument result;
  /// Those that the kernel wrote, then the one that it returned, if it did.
  std::vector<any_view> arrays;
  /// Where the first of them were saved; the others are shown.
  std::vector<std::filesystem::path> files;
  int worker = -1;
  task_stamps stamps;
  /// What the elements of a returned array lie in.
  std::vector<std::shared_ptr<const void>> keeps;

  /// The result on a line, then the arrays that are in no file, in brief.
  std::string text() const;

  /// Everything, the stamps too.
  std::string json() const;

  /// What there is to say instead, when the task failed: {"kernel", "error": {"code", "text"}}.
  static std::string failure_json(const std::string& kernel, const failure& why);

  /// One line a phase, with its time since the task was queued.
  std::string stamps_text() const;
};

} // namespace pinion::cli
