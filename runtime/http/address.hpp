#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pinion/runtime/http/request.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion::http {

/// Where a server listens. A plain value.
struct address {
  std::string host;       ///< "127.0.0.1", "::1", "localhost"; empty: every address of the machine
  std::uint16_t port = 0; ///< 0: one that is free

  /// "127.0.0.1:8000", "[::1]:8000", ":8000". Throws runtime_errc::bad_config.
  static address parse(std::string_view text);
  /// Only this machine can reach it.
  bool loopback() const noexcept;
  std::string to_string() const;
};

/// Whether the Host of a request (RFC 9110, 7.2) is this machine's loopback; also where it has none.
bool names_loopback(const request& what) noexcept;

/// Whether a request comes from a page (Origin, RFC 6454) of this machine's own.
bool is_loopback_origin(std::string_view origin) noexcept;

/// A socket that listens there, close-on-exec; `where` is then the address in digits, with its port. Throws
/// runtime_errc: bad_config for a host that is none, system_refused, name_taken where somebody listens
/// already.
descriptor listen_at(address& where);

} // namespace pinion::http
