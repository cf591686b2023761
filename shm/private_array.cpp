#include <pinion/shm/private_array.hpp>

#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include <pinion/shm/error.hpp>
#include <pinion/shm/origin.hpp>

namespace pinion {

namespace {

// Has no segment, by which it is known.
struct private_memory final : origin {
  explicit private_memory(std::size_t bytes) : memory(std::calloc(bytes == 0 ? 1 : bytes, 1), &std::free) {
    base = static_cast<std::byte*>(memory.get());
    size = bytes;
  }
  std::unique_ptr<void, decltype(&std::free)> memory;
};

} // namespace

any_array make_private(dtype type, const extents& shape, order lie) {
  if (!valid(type))
    raise(shm_errc::wrong_type, "no element type has the number " + std::to_string(static_cast<int>(type)));
  const auto lay = in_order(shape, lie);
  const auto bytes = byte_count(shape, type);
  auto owner = std::make_shared<private_memory>(bytes);
  if (owner->base == nullptr)
    throw no_space_error("this process gets no " + readable_size(bytes) + " of memory", bytes, 0, 0);
  auto* data = owner->base;
  return any_array(any_view(data, type, lay, std::move(owner), true));
}

} // namespace pinion
