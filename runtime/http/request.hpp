#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pinion/actors/clock.hpp>
#include <pinion/shm/any_array.hpp>

namespace pinion::http {

/// Names and values, in the order in which they came.
using pairs = std::vector<std::pair<std::string, std::string>>;

/// A request as it came, parsed (RFC 9110, 9112). A plain value.
struct request {
  std::string method; ///< "GET"
  std::string target; ///< as in the request line: "/v1/arrays/a%20b?order=C"
  std::string path;   ///< without the query, decoded: "/v1/arrays/a b"
  pairs query;        ///< decoded
  pairs fields;       ///< of the head
  std::string body;
  /// What a body of application/x-npy became: it lies in the node's store.
  std::optional<any_array> array{};
  time_point arrived{};   ///< when its head was read
  bool keep_alive = true; ///< the client means to send more

  /// The first of that name, in any case; null: there is none.
  const std::string* field(std::string_view name) const noexcept;
  /// The first of that name in the query; null: there is none.
  const std::string* parameter(std::string_view name) const noexcept;
};

/// Names of fields are the same in any case of their (ASCII) letters.
bool same_name(std::string_view x, std::string_view y) noexcept;

} // namespace pinion::http
