// The node's other half: arrays by name, and arrays that its workers fill.
#include <pinion/runtime/node_parts.hpp>

#include <algorithm>

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

bool node::withdraw(const std::string& name) { return parts_->stand.withdraw(name); }

std::vector<published_array> node::published() const { return parts_->stand.list(); }

// False for what is too small to be worth it, for memory that no worker can see, and where nobody may wait.
bool node::fill_by_workers(const any_view& where, const argument& value) {
  const auto pieces = static_cast<std::int64_t>(parts_->setup.where.workers.size()) * 2;
  const auto& shape = where.shape();
  const auto longest = std::max_element(shape.begin(), shape.end()) - shape.begin();
  const auto axis = shape.empty() || shape[0] >= pieces ? std::size_t{0} : static_cast<std::size_t>(longest);
  if (!where.source || where.source->segment.empty() || shape.empty() || shape[axis] < pieces ||
      byte_count(shape, where.type) < divided_from || on_actor_thread())
    return false;
  task_options again;
  again.idempotent = true;
  std::vector<future<argument>> all;
  for (std::int64_t part = 0; part < pieces; ++part) {
    auto ref = where.ref();
    const auto first = shape[axis] * part / pieces;
    ref.lay.shape[axis] = shape[axis] * (part + 1) / pieces - first;
    ref.offset += static_cast<std::uint64_t>(first * ref.lay.strides[axis]) * item_size(ref.type);
    const argument arguments[]{ref, value};
    all.push_back(submit_packed(again, fill_kernel, arguments, {where.source}));
  }
  // All of them first: none is at work any more when this throws.
  for (const auto& each : all)
    each.wait();
  for (const auto& each : all)
    static_cast<void>(each.get());
  return true;
}

} // namespace pinion
