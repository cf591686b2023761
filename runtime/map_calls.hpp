#pragma once

#include <cstddef>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pinion/actors/column.hpp>
#include <pinion/actors/kernel.hpp>
#include <pinion/actors/lazy_map.hpp>
#include <pinion/actors/map_options.hpp>
#include <pinion/actors/map_results.hpp>
#include <pinion/actors/promise.hpp>
#include <pinion/actors/tuple_columns.hpp>

namespace pinion {

/// The part of a node that runs one kernel for many items, on all workers.
///
/// What may stand for an argument of map(): a vector or any other range of numbers, texts or arrays; an
/// array, whose elements (of one axis) or slices along axis 0 are the items, sent as slices and never copied;
/// rows and tiles of an array; and same(x) for what does not change. All must have as many items. Numbers of
/// another element type than the kernel's are read here, without a lease, and those that are a task's
/// argument each when that task is made: tasks that write them must be done before.

///
/// Many items ride in one task where the kernel takes numbers and views and gives a number or nothing; others
/// are a task each. Any thread may call all of it, but not wait for results on an actor's.
class map_calls {
public:
  /// The results in the order of the items, as they come:
  ///     for (const double d : node.map<double>("dot", rows(a), rows(b))) ...
  ///     const auto areas = node.map<double>("area", widths, same(2.5)).get();
  /// Throws task_error: unknown_kernel, and bad_arguments for arguments of different lengths or an item that
  /// does not fit, which it names; no_space_error when there is no room for items or results. What tasks fail
  /// of comes out of the results.
  template <class R, mappable... Xs>
  map_results<R> map(const map_options& how, std::string_view kernel, const Xs&... items) {
    std::vector<column> columns;
    (columns.push_back(to_column(memory(), items)), ...);
    return begin<R>(how, kernel, std::move(columns));
  }
  template <class R, mappable... Xs>
  map_results<R> map(std::string_view kernel, const Xs&... items) {
    return map<R>(map_options{}, kernel, items...);
  }
  /// The same with a kernel's C++ type.
  template <class Signature, mappable... Xs>
  auto map(const kernel<Signature>& what, const Xs&... items) {
    return map<typename kernel<Signature>::result>(map_options{}, what.name(), items...);
  }
  template <class Signature, mappable... Xs>
  auto map(const map_options& how, const kernel<Signature>& what, const Xs&... items) {
    return map<typename kernel<Signature>::result>(how, what.name(), items...);
  }

  /// The same with the arguments of each call in a tuple or a pair, as Python's starmap.
  template <class R, std::ranges::random_access_range Calls>
  map_results<R> starmap(std::string_view kernel, const Calls& calls, const map_options& how = {}) {
    return begin<R>(how, kernel, detail::columns_of_tuples(memory(), calls));
  }

  /// For a kernel of one argument: takes items from a range as they are wanted, a few ahead of the result
  /// that is waited for (map_options::ahead), so the range may be endless. It is walked on the thread that
  /// asks for results, and must outlive them. A task each.
  template <class R, std::ranges::input_range Range>
  requires packable<std::ranges::range_value_t<Range>> lazy_map<R, Range>
  imap(std::string_view kernel, Range& items, const map_options& how = {}) {
    return {one_by_one(kernel, how), items, how.ahead > 0 ? how.ahead : ahead(), lazy_order::of_items};
  }
  /// The same, the results in the order in which they are done.
  template <class R, std::ranges::input_range Range>
  requires packable<std::ranges::range_value_t<Range>> lazy_map<R, Range>
  imap_unordered(std::string_view kernel, Range& items, const map_options& how = {}) {
    return {one_by_one(kernel, how), items, how.ahead > 0 ? how.ahead : ahead(), lazy_order::of_completion};
  }

protected:
  map_calls() = default;
  virtual ~map_calls() = default;

private:
  virtual store& memory() noexcept = 0;
  /// The map, begun, and where its results lie.
  virtual std::pair<map_job_ptr, any_array> start_map(const map_options& how, std::string_view kernel,
                                                      std::vector<column> columns) = 0;
  virtual promise_ptr submit_one(const task_options& options, std::string_view kernel,
                                 std::span<const argument_view> arguments, hold_list holds) = 0;
  /// Items of a lazy map that keep all workers busy.
  virtual std::size_t ahead() const noexcept = 0;

  template <class R>
  map_results<R> begin(const map_options& how, std::string_view kernel, std::vector<column> columns) {
    auto [job, whole] = start_map(how, kernel, std::move(columns));
    return {std::move(job), std::move(whole)};
  }

  auto one_by_one(std::string_view kernel, const map_options& how) {
    return [this, name = std::string(kernel), each = how.each](const auto& item) {
      hold_list holds;
      hold(holds, item);
      const argument_view looks[]{argument_view(look(item))};
      return submit_one(each, name, looks, std::move(holds));
    };
  }
};

} // namespace pinion
