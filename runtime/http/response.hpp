#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <pinion/runtime/http/request.hpp>

namespace pinion::http {

/// An answer. A plain value. Length, date and what becomes of the connection are put in when it is sent.
struct response {
  unsigned status = 200;
  std::string type = "application/json"; ///< of the body; left out where there is none
  std::string body;
  pairs fields; ///< others
};

/// A body of JSON text.
response json(std::string text, unsigned status = 200);
response text(std::string words, unsigned status = 200);

/// What went wrong, as RFC 9457 has it (application/problem+json): `detail` says what to do.
response problem(unsigned status, std::string_view detail);
/// The same, to be tried again after some time (Retry-After, RFC 9110, whole seconds, rounded up).
response problem(unsigned status, std::string_view detail, std::chrono::milliseconds retry_after);

/// "Not Found"; "Unknown" for a number that RFC 9110 does not have.
std::string_view reason(unsigned status) noexcept;

} // namespace pinion::http
