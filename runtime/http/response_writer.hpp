#pragma once

#include <string>
#include <string_view>

#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// How a response is sent.
struct sending {
  bool body = true;       ///< false: its head alone, as for HEAD
  bool keep_alive = true; ///< else "Connection: close"
  bool of_1_0 = false;    ///< to a client of HTTP/1.0, which must be told of keep-alive
  bool in_pieces = false; ///< more follows by write_piece()
};

/// Adds the bytes of a response, but for those of its elements, to `out`. Boost.Beast does the writing. Names
/// and values that are none (a line end in them) are left out.
void write(const response& what, const sending& how, std::string& out);

/// Adds a piece of an answer, or with an empty one its end: as a chunk (RFC 9112, 7.1); to a client of
/// HTTP/1.0 as it is.
void write_piece(std::string_view piece, bool of_1_0, std::string& out);

} // namespace pinion::http
