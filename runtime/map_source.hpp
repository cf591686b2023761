#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/actors/column.hpp>
#include <pinion/actors/registered_kernel.hpp>
#include <pinion/actors/task.hpp>

namespace pinion {

class node;

/// What the tasks of a map are made from: a kernel, and a column for each of its parameters. Chooses the
/// overload by the first item, and whether one task may run many items. The node must outlive it; make() may
/// be called by any thread, one at a time.
class map_source {
public:
  /// Throws task_error: bad_arguments for columns of different lengths or for a number that does not fit its
  /// parameter, with the item; unknown_kernel; and no_space_error when there is no room for the results.
  map_source(node& where, std::string_view kernel, std::vector<column> columns, task_options each);

  std::int64_t items() const noexcept { return items_; }
  /// True if a task may run more than one item.
  bool many() const noexcept { return many_ != nullptr; }
  task_ptr make(std::int64_t first, std::int64_t count) const;
  /// Where the results are written, when many(); else empty.
  const any_array& results() const noexcept { return results_; }

private:
  void choose(std::string_view kernel);
  bool take_columns();
  bool fit_column(std::size_t position);
  task_ptr make_many(std::int64_t first, std::int64_t count) const;

  node& node_;
  std::string kernel_;
  std::vector<column> columns_;
  const task_options each_;
  std::int64_t items_ = 0;
  const registered_kernel* one_ = nullptr;
  const registered_kernel* many_ = nullptr;
  std::vector<any_view> axes_; ///< by parameter, when many_
  any_array results_;
};

} // namespace pinion
