#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "child.hpp"

namespace pinion::bench {

/// The application bench/fastapi/app.py under uvicorn, in a process of its own that is ended with this
/// object.
class fastapi_server {
public:
  /// Returns once it answers. Throws std::runtime_error when it does not.
  fastapi_server();
  fastapi_server(const fastapi_server&) = delete;
  fastapi_server& operator=(const fastapi_server&) = delete;
  ~fastapi_server();

  std::uint16_t port() const noexcept { return port_; }

private:
  std::uint16_t port_ = 0;
  child process_;
};

/// Debian's Python, which has Debian's packages.
constexpr const char* debian_python = "/usr/bin/python3";

/// The folder bench/fastapi of the source tree.
std::string fastapi_folder();
/// Why FastAPI cannot be measured here; empty where it can.
std::string why_no_fastapi();

} // namespace pinion::bench
