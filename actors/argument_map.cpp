#include <pinion/actors/argument_map.hpp>

#include <pinion/shm/dtype.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion {

void argument_map::add(std::size_t position, const any_view& what) {
  const auto next = size_.load(std::memory_order_relaxed);
  if (next >= ranges_.size())
    return;
  const auto span = byte_span_of(what.lay, item_size(what.type));
  const auto* data = static_cast<const std::byte*>(what.data);
  ranges_[next] = {data + span.low, data + span.high, static_cast<std::uint8_t>(position), what.writable};
  size_.store(next + 1, std::memory_order_release);
}

array_fault argument_map::find(const void* address, bool lost) const noexcept {
  const auto* at = static_cast<const std::byte*>(address);
  const auto count = size_.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& each = ranges_[i];
    if (at >= each.low && at < each.high && (lost || !each.writable))
      return {lost ? array_fault::kind::lost_pages : array_fault::kind::wrote_read_only, each.position};
  }
  return {};
}

} // namespace pinion
