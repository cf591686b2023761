#include <pinion/runtime/map_source.hpp>

#include <algorithm>

#include <pinion/runtime/node.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

// Items must be as many in each column; what is the same for all has any number.
std::int64_t common_count(std::string_view kernel, const std::vector<column>& columns) {
  std::int64_t count = -1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto mine = columns[i].count();
    if (mine < 0)
      continue;
    if (count >= 0 && mine != count)
      throw task_error(actor_errc::bad_arguments,
                       std::string(kernel) + ": argument " + std::to_string(i + 1) + " has " +
                           std::to_string(mine) + " items, those before it have " + std::to_string(count) +
                           "; give as many of each, or same(x) for what does not change");
    count = mine;
  }
  if (count < 0)
    throw task_error(actor_errc::bad_arguments,
                     std::string(kernel) +
                         ": a map needs one argument with items at least, such as a vector");
  return count;
}

// Rank 1, all elements the same one in memory.
any_view repeated(const any_view& one, std::int64_t count) {
  auto result = one;
  result.lay.shape[0] = count;
  result.lay.strides[0] = 0;
  return result;
}

// An array for each item of a map: one axis more, along which nothing moves.
any_view repeated_array(any_view one, std::int64_t count) {
  layout lay;
  lay.shape.push_back(count);
  lay.strides.push_back(0);
  for (std::size_t axis = 0; axis < one.rank(); ++axis) {
    lay.shape.push_back(one.lay.shape[axis]);
    lay.strides.push_back(one.lay.strides[axis]);
  }
  one.lay = lay;
  return one;
}

} // namespace

map_source::map_source(node& where, std::string_view kernel, std::vector<column> columns, task_options each)
    : node_(where), kernel_(kernel), columns_(std::move(columns)), each_(std::move(each)),
      items_(common_count(kernel, columns_)) {
  if (items_ == 0 && !node_.kernels().overloads(kernel).empty())
    return;
  choose(kernel);
  many_ = node_.kernels().map_of(*one_);
  if (many_ != nullptr && !take_columns())
    many_ = nullptr;
  if (many_ != nullptr && one_->sig.result)
    results_ = node_.arrays().make(one_->sig.result->type, {items_});
}

void map_source::choose(std::string_view kernel) {
  hold_list holds;
  std::vector<argument> first;
  try {
    for (const auto& each : columns_)
      if (items_ > 0)
        first.push_back(each.at(0, holds));
  } catch (const shm_error& why) {
    throw task_error(actor_errc::bad_arguments, kernel_ + ": item 0: " + why.what());
  }
  one_ = &node_.kernels().resolve(kernel, first);
}

// False where one of them has no axis of items.
bool map_source::take_columns() {
  axes_.resize(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (!fit_column(i))
      return false;
  return true;
}

bool map_source::fit_column(std::size_t position) {
  const auto& from = columns_[position];
  const auto& wanted = one_->sig.parameters[position];
  auto& to = axes_[position];
  const auto* whole = from.axis();
  if (wanted.what != parameter::kind::scalar) {
    const auto* same = from.same_array();
    if (whole == nullptr && (same == nullptr || same->rank() == max_rank))
      return false;
    to = whole != nullptr ? *whole : repeated_array(*same, items_);
    return true;
  }
  if (whole != nullptr && whole->type == wanted.type) {
    to = *whole;
    return true;
  }
  if (whole == nullptr && from.same() == nullptr)
    return false;
  const auto made = node_.arrays().make(wanted.type, {whole != nullptr ? items_ : 1});
  to = made.view();
  for (std::int64_t i = 0; i < to.lay.shape[0]; ++i) {
    const auto value = whole != nullptr ? element_at(*whole, i) : *from.same();
    if (put_element(to, i, look(value)))
      continue;
    if (node_.kernels().overloads(kernel_).size() > 1)
      return false; // another overload may take it
    throw task_error(actor_errc::bad_arguments, kernel_ + ": item " + std::to_string(i) + ": argument " +
                                                    std::to_string(position + 1) + ": expected " +
                                                    wanted.to_string() + ", got " + describe(value));
  }
  if (whole == nullptr)
    to = repeated(to, items_);
  return true;
}

task_ptr map_source::make(std::int64_t first, std::int64_t count) const {
  if (many_ != nullptr)
    return make_many(first, count);
  hold_list holds;
  std::vector<argument> arguments;
  for (const auto& each : columns_)
    arguments.push_back(each.at(first, holds));
  std::vector<argument_view> looks;
  for (const auto& each : arguments)
    looks.push_back(look(each));
  return node_.make_task(each_, kernel_, looks, std::move(holds));
}

task_ptr map_source::make_many(std::int64_t first, std::int64_t count) const {
  std::vector<any_view> parts;
  for (const auto& each : axes_)
    parts.push_back(part_of(each, first, count));
  if (results_.view().data != nullptr)
    parts.push_back(part_of(results_.view(), first, count));
  hold_list holds;
  std::vector<argument_view> looks{argument_view(first)};
  for (const auto& each : parts) {
    looks.emplace_back(look(each));
    holds.push_back(each.source);
  }
  return node_.make_task_of(each_, *many_, looks, std::move(holds));
}

} // namespace pinion
