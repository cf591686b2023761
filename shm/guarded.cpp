#include <pinion/shm/guarded.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include <pinion/shm/error.hpp>

namespace pinion::detail {

namespace {

[[noreturn]] void refuse(const std::string& why) {
  raise(shm_errc::bad_reference, "this is no guarded array: " + why + "; make it with make_guarded");
}

} // namespace

any_array make_guarded_block(store& in, dtype type, const extents& shape) {
  const auto bytes = byte_count(shape, type);
  if (bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) - guard_header::size)
    raise(shm_errc::overflow, "a guarded array of " + readable_size(bytes) + " is too big");
  auto result = in.make(dtype::uint8, {static_cast<std::int64_t>(bytes + guard_header::size)}, fill::zero);
  auto* header = new (result.view().data) guard_header;
  header->type = static_cast<std::uint8_t>(type);
  header->rank = static_cast<std::uint8_t>(shape.size());
  std::copy(shape.begin(), shape.end(), header->shape.begin());
  return result;
}

any_view guarded_elements(const any_view& block, dtype wanted) {
  if (!block.writable)
    raise(shm_errc::read_only, "a guarded array is opened for writing, also by who only reads it");
  if (block.type != dtype::uint8 || block.rank() != 1 || !contiguous(block.lay) || !block.source ||
      block.source->segment.empty() || block.size() < static_cast<std::int64_t>(guard_header::size) ||
      reinterpret_cast<std::uintptr_t>(block.data) % alignof(guard_header) != 0)
    refuse("it is " + describe(block.type, block.shape()));
  // What may change under us is copied before it is looked at.
  struct constant_part {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint8_t type;
    std::uint8_t rank;
    std::uint16_t reserved;
    std::array<std::int64_t, 8> shape;
  } copy{};
  static_assert(sizeof copy == offsetof(guard_header, holds));
  std::memcpy(&copy, block.data, sizeof copy);
  if (copy.magic != guard_header::magic_value || copy.version != guard_header::version_value)
    refuse("it does not begin as one");
  if (copy.rank > max_rank || !valid(static_cast<dtype>(copy.type)))
    refuse("its header is broken");
  const extents shape(std::span<const std::int64_t>(copy.shape.data(), copy.rank));
  const auto type = static_cast<dtype>(copy.type);
  if (byte_count(shape, type) != static_cast<std::uint64_t>(block.size()) - guard_header::size)
    refuse("its header does not fit its size");
  if (type != wanted)
    raise(shm_errc::wrong_type,
          "the guarded elements are " + std::string(name_of(type)) + ", not " + std::string(name_of(wanted)));
  return {static_cast<std::byte*>(block.data) + guard_header::size, type, c_order(shape), block.source, true};
}

} // namespace pinion::detail
