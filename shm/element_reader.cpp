#include <pinion/shm/element_reader.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace pinion {

element_reader::element_reader(const any_view& what)
    : data_(static_cast<const std::byte*>(what.data)), lay_(what.lay), item_(item_size(what.type)),
      left_(byte_count(what.shape(), what.type)), in_a_row_(contiguous(what.lay)),
      index_(std::span<const std::int64_t>(std::array<std::int64_t, max_rank>{}.data(), what.rank())) {}

std::size_t element_reader::read(void* to, std::size_t size) noexcept {
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
  if (length == 0)
    return 0; // an array without elements may have no address
  left_ -= length;
  if (in_a_row_) {
    std::memcpy(to, data_, length);
    data_ += length;
    return length;
  }
  auto* out = static_cast<std::byte*>(to);
  for (std::size_t done = 0; done < length;) {
    const auto part = std::min(item_ - inside_, length - done);
    std::memcpy(out + done, data_ + offset_ * static_cast<std::int64_t>(item_) + inside_, part);
    done += part;
    inside_ += part;
    if (inside_ == item_)
      step();
  }
  return length;
}

void element_reader::step() noexcept {
  inside_ = 0;
  for (std::size_t axis = lay_.rank(); axis-- > 0;) {
    if (++index_[axis] < lay_.shape[axis]) {
      offset_ += lay_.strides[axis];
      return;
    }
    offset_ -= lay_.strides[axis] * (lay_.shape[axis] - 1);
    index_[axis] = 0;
  }
}

} // namespace pinion
