#pragma once

/// Views for NumPy, PyTorch and others that speak DLPack, without a copy, and theirs as views. Only for
/// programs that have its header (libdlpack-dev); included by nothing else.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <dlpack/dlpack.h>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/origin.hpp>

namespace pinion {

struct dlpack_deleter {
  void operator()(DLManagedTensor* what) const noexcept {
    if (what->deleter != nullptr)
      what->deleter(what);
  }
};

/// A tensor that somebody exported and nobody has taken yet; release() hands it to a consumer, who calls its
/// deleter.
using dlpack_tensor = std::unique_ptr<DLManagedTensor, dlpack_deleter>;

namespace detail {

// kDLBool: DLPack has it since 0.8, Debian 12's header is 0.6.
inline constexpr std::uint8_t dlpack_boolean = 6;

inline std::uint8_t dlpack_code(dtype type) noexcept {
  if (type == dtype::boolean)
    return dlpack_boolean;
  if (type <= dtype::int64)
    return kDLInt;
  if (type <= dtype::uint64)
    return kDLUInt;
  return type <= dtype::float64 ? kDLFloat : kDLComplex;
}

inline std::optional<dtype> from_dlpack(const DLDataType& type) noexcept {
  for (auto number = static_cast<std::uint8_t>(dtype::boolean); valid(static_cast<dtype>(number)); ++number) {
    const auto candidate = static_cast<dtype>(number);
    if (type.lanes == 1 && type.code == dlpack_code(candidate) && type.bits == 8 * item_size(candidate))
      return candidate;
  }
  return std::nullopt;
}

// An exported view: what the tensor points to, and what keeps its elements alive.
struct dlpack_export {
  DLManagedTensor tensor{};
  layout lay;
  std::shared_ptr<const origin> source;
};

// An imported tensor; lies in no segment.
struct dlpack_import final : origin {
  explicit dlpack_import(dlpack_tensor from) : tensor(std::move(from)) {}
  dlpack_tensor tensor;
};

} // namespace detail

/// The view's elements as a tensor that keeps them alive until its deleter is called, on whatever thread,
/// long after every handle has gone. Takes any strides; the data pointer is element [0, ..., 0] and
/// byte_offset 0, as NumPy has them. Throws read_only for what may only be read, since this form of DLPack
/// cannot say so and its user might write; not_shared for a view without an origin, whose memory nobody
/// keeps.
inline dlpack_tensor to_dlpack(const any_view& what) {
  if (!what.writable)
    raise(shm_errc::read_only, "a read-only view cannot be exported: DLManagedTensor cannot say that it must "
                               "not be written; export a view that may be, or a copy");
  if (!what.source)
    raise(shm_errc::not_shared, "nobody keeps the memory of this " + describe(what.type, what.shape()) +
                                    " alive; export a view of an array");
  auto made = std::make_unique<detail::dlpack_export>();
  made->lay = what.lay;
  made->source = what.source;
  auto& tensor = made->tensor.dl_tensor;
  tensor.data = what.data;
  tensor.device = {kDLCPU, 0};
  tensor.ndim = static_cast<int>(what.rank());
  tensor.dtype = {detail::dlpack_code(what.type), static_cast<std::uint8_t>(8 * item_size(what.type)), 1};
  tensor.shape = made->lay.shape.begin();
  tensor.strides = made->lay.strides.begin();
  made->tensor.manager_ctx = made.get();
  made->tensor.deleter = [](DLManagedTensor* self) {
    delete static_cast<detail::dlpack_export*>(self->manager_ctx);
  };
  return dlpack_tensor(&made.release()->tensor);
}

/// A tensor of another library as a view that may be written; its deleter runs with the last view. The memory
/// lies in no segment: it can be copied from and computed on, not sent. Throws bad_shape for more than
/// max_rank axes, wrong_type for an element type that is no dtype, bad_reference for memory that is not the
/// processor's or not aligned, and what element_count does; the tensor is let go of then.
inline any_view from_dlpack(dlpack_tensor from) {
  const auto& tensor = from->dl_tensor;
  if (tensor.device.device_type != kDLCPU)
    raise(shm_errc::bad_reference, "the tensor lies in the memory of device type " +
                                       std::to_string(static_cast<int>(tensor.device.device_type)) +
                                       "; copy it to the processor's");
  if (tensor.ndim < 0 || static_cast<std::size_t>(tensor.ndim) > max_rank)
    raise(shm_errc::bad_shape, "the tensor has " + std::to_string(tensor.ndim) + " axes, at most " +
                                   std::to_string(max_rank) + " are possible");
  const auto type = detail::from_dlpack(tensor.dtype);
  if (!type)
    raise(shm_errc::wrong_type, "no element type is DLPack's code " + std::to_string(tensor.dtype.code) +
                                    " with " + std::to_string(tensor.dtype.bits) + " bits and " +
                                    std::to_string(tensor.dtype.lanes) + " lanes");
  const auto rank = static_cast<std::size_t>(tensor.ndim);
  const extents shape(std::span<const std::int64_t>(tensor.shape, rank));
  // Without strides: row-major.
  const auto lay = tensor.strides == nullptr
                       ? c_order(shape)
                       : layout{shape, extents(std::span<const std::int64_t>(tensor.strides, rank))};
  static_cast<void>(byte_span_of(lay, item_size(*type)));
  auto* const data = static_cast<std::byte*>(tensor.data) + tensor.byte_offset;
  if (reinterpret_cast<std::uintptr_t>(data) % alignment_of(*type) != 0)
    raise(shm_errc::bad_reference,
          "the tensor's elements are not aligned for " + std::string(name_of(*type)) + "; copy them");
  return {data, *type, lay, std::make_shared<const detail::dlpack_import>(std::move(from)), true};
}

} // namespace pinion
