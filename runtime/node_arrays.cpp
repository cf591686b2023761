// The node's other half: arrays by name, and arrays that its workers fill.
#include <pinion/runtime/node_parts.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/builtin_kernels.hpp>

namespace pinion {

namespace {

// Bytes from which it pays to divide a filling: some hundred microseconds of one processor.
constexpr std::uint64_t divided_from = std::uint64_t{4} << 20;

} // namespace

void node::publish(const std::string& name, const any_view& what, access right) {
  parts_->stand.publish(name, what, right);
  parts_->arrays.label(what, "published as " + name);
}

std::optional<any_view> node::published(const std::string& name) const { return parts_->stand.find(name); }

bool node::withdraw(const std::string& name) { return parts_->stand.withdraw(name); }

std::vector<published_array> node::published() const { return parts_->stand.list(); }

namespace {

// Part `n` of so many along an axis.
any_view share_of(const any_view& whole, std::size_t axis, std::int64_t n, std::int64_t parts) {
  auto part = whole;
  const auto extent = whole.lay.shape[axis];
  const auto first = extent * n / parts;
  part.lay.shape[axis] = extent * (n + 1) / parts - first;
  part.data = static_cast<std::byte*>(whole.data) +
              first * whole.lay.strides[axis] * static_cast<std::int64_t>(item_size(whole.type));
  return part;
}

// The axis to divide for so many parts; none for what is too small to be worth it, for memory that no worker
// can see, and where nobody may wait.
std::optional<std::size_t> axis_to_divide(const any_view& where, std::int64_t parts) {
  const auto& shape = where.shape();
  const auto longest = std::max_element(shape.begin(), shape.end()) - shape.begin();
  const auto axis = shape.empty() || shape[0] >= parts ? std::size_t{0} : static_cast<std::size_t>(longest);
  if (!where.source || where.source->segment.empty() || shape.empty() || shape[axis] < parts ||
      byte_count(shape, where.type) < divided_from || on_actor_thread())
    return std::nullopt;
  return axis;
}

// Not a task like others: its time is not the caller's to limit, and it goes before what waits.
task_options fill_options() {
  task_options result;
  result.idempotent = true;
  result.timeout = std::chrono::nanoseconds::max();
  result.when_busy = busy_policy::wait;
  result.priority = std::numeric_limits<int>::max();
  return result;
}

} // namespace

bool node::fill_by_workers(const any_view& where, const argument& value) {
  const auto pieces = static_cast<std::int64_t>(parts_->setup.where.workers.size()) * 2;
  const auto axis = axis_to_divide(where, pieces);
  if (!axis)
    return false;
  std::vector<future<argument>> all;
  for (std::int64_t n = 0; n < pieces; ++n) {
    const argument arguments[]{share_of(where, *axis, n, pieces).ref(), value};
    all.push_back(submit_packed(fill_options(), fill_kernel, arguments, {where.source}));
  }
  // All of them first: none is at work any more when this throws.
  for (const auto& each : all)
    each.wait();
  for (const auto& each : all)
    static_cast<void>(each.get());
  return true;
}

std::pair<any_view, std::vector<node::fill_part>> node::share_fill(const any_view& where,
                                                                   const argument& value) {
  std::vector<fill_part> others;
  const auto most = static_cast<std::int64_t>(parts_->setup.where.workers.size()) + 1;
  const auto axis = axis_to_divide(where, most);
  if (!axis)
    return {where, std::move(others)};
  std::int64_t idle = 0;
  try {
    for (const auto& each : status().workers)
      idle += each.now == worker_status::state::idle ? 1 : 0;
  } catch (const task_error&) {
    // The node is about to go, and nobody helps any more.
  }
  const auto shares = idle + 1;
  for (std::int64_t i = 0; i < idle; ++i) {
    auto part = share_of(where, *axis, i + 1, shares);
    const argument arguments[]{part.ref(), value};
    auto done = submit_packed(fill_options(), fill_kernel, arguments, {where.source});
    others.push_back({std::move(part), std::move(done)});
  }
  return {share_of(where, *axis, 0, shares), std::move(others)};
}

} // namespace pinion
