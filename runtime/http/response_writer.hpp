#pragma once

#include <string>

#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// How a response is sent.
struct sending {
  bool body = true;        ///< false: its head alone, as for HEAD
  bool keep_alive = true;  ///< else "Connection: close"
  bool of_1_0 = false;     ///< to a client of HTTP/1.0, which must be told of keep-alive
  bool open_ended = false; ///< more follows, until the connection is closed
};

/// Adds the bytes of a response, but for those of its elements, to `out`. Boost.Beast does the writing. Names
/// and values that are none (a line end in them) are left out.
void write(const response& what, const sending& how, std::string& out);

} // namespace pinion::http
