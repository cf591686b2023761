#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/registered_kernel.hpp>
#include <pinion/runtime/http/call_body.hpp>
#include <pinion/runtime/http/named_arrays.hpp>
#include <pinion/runtime/http/request.hpp>
#include <pinion/shm/any_view.hpp>

namespace pinion::http {

/// What a request calls a kernel with: the array in its body and what stands in its query, or the arguments
/// in its JSON, and the arrays that have the names among them. A text is such a name where
/// the kernel takes arrays alone at its place. Looks at itself: it is not moved.
class call_inputs {
public:
  /// Throws bad_request. REQUIRES: the body is JSON, or has become an array.
  call_inputs(const named_arrays& names, std::span<const registered_kernel> overloads, const request& what);
  call_inputs(const call_inputs&) = delete;
  call_inputs& operator=(const call_inputs&) = delete;

  const std::vector<argument_view>& looks() const noexcept { return looks_; }
  std::vector<std::shared_ptr<const void>> holds() const;

  /// Bytes of all the texts among them.
  std::size_t text_size() const noexcept;

  /// Those among them that are arrays, by their places.
  const std::map<std::size_t, any_view>& arrays() const noexcept { return arrays_; }

private:
  std::vector<call_argument> given_;
  std::map<std::size_t, any_view> arrays_;
  std::vector<argument_view> looks_;
};

} // namespace pinion::http
