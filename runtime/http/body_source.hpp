#pragma once

#include <string>

#include <pinion/actors/clock.hpp>
#include <pinion/runtime/http/request_parser.hpp>

namespace pinion::http {

/// A request whose head was read, and where its body goes on: the bytes that lie there already, then the
/// socket. Who takes the body gives it back with what lies behind it. A value.
struct body_source {
  request_parser parser;
  std::string rest;   ///< read from the socket, and not yet by the parser
  time_point since{}; ///< when its head was there
};

} // namespace pinion::http
