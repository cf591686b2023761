#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <pinion/runtime/http/request.hpp>
#include <pinion/shm/any_view.hpp>

namespace pinion::http {

/// An answer. A plain value. Length, date and what becomes of the connection are put in when it is sent.
struct response {
  unsigned status = 200;
  std::string type = "application/json"; ///< of the body; left out where there is none
  std::string body;
  /// Follows after the body, from where it lies, in the order in which save_npy writes it; npy() makes such
  /// answers. Nobody should write to it meanwhile.
  std::optional<any_view> elements{};
  /// Others. Type, length, date, server and what becomes of the connection are said once, and not by these;
  /// what no client would take (RFC 9110, 5.1 and 5.5; more than 16 KiB) is left out.
  pairs fields;
};

/// A body of JSON text.
response json(std::string text, unsigned status = 200);
/// An array as a .npy file (application/x-npy), which is not copied: it is held until it was sent.
response npy(any_view what);
response text(std::string words, unsigned status = 200);

/// What went wrong, as RFC 9457 has it (application/problem+json): `detail` says what to do. Of a long one
/// 500 bytes are kept at either end.
response problem(unsigned status, std::string_view detail);
/// The same, to be tried again after some time (Retry-After, RFC 9110, whole seconds, rounded up).
response problem(unsigned status, std::string_view detail, std::chrono::milliseconds retry_after);

/// Whether an answer of this status may have a body (RFC 9110, 6.4.1).
bool may_have_body(unsigned status) noexcept;

/// "Not Found"; "Unknown" for a number that RFC 9110 does not have.
std::string_view reason(unsigned status) noexcept;

} // namespace pinion::http
