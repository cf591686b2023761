#pragma once

#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include <pinion/runtime/http/server.hpp>

namespace pinion::cli {

/// What `pinion node` is told of its HTTP server. Owned by the verb; read once the line was parsed.
class http_flags {
public:
  explicit http_flags(CLI::App& command);

  /// Where to listen, and how.
  struct door_plan {
    http::address where;
    http::server_options how;
  };
  /// None: no server. Throws usage_error for what is said without --http, and runtime_errc::bad_config.
  std::optional<door_plan> door() const;

private:
  struct spelled;
  std::shared_ptr<spelled> spelled_; ///< written by CLI11
};

} // namespace pinion::cli
