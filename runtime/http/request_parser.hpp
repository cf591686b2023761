#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <pinion/runtime/http/limits.hpp>
#include <pinion/runtime/http/request.hpp>
#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// Reads one request, in pieces as they come. Boost.Beast does the reading; what it leaves to its users is
/// checked here: Host, what a Transfer-Encoding may be, lengths. Belongs to one thread.
class request_parser {
public:
  explicit request_parser(const limits& what);
  request_parser(request_parser&&) noexcept;
  request_parser& operator=(request_parser&&) noexcept;
  ~request_parser();

  /// Takes some of the head from the beginning of `bytes`, and says how much that was; what is left comes
  /// again, with more behind it, until has_head(). Throws refusal. REQUIRES: !has_head().
  std::size_t read_head(std::string_view bytes);
  bool has_head() const noexcept;
  /// What the head says, its body still empty; before has_head(), as much of it as was read.
  const request& head() const noexcept;
  request take();
  /// The client speaks HTTP/1.0. REQUIRES: has_head().
  bool of_1_0() const noexcept;

  /// Whether a body follows the head that is not empty, or may not be.
  bool has_body() const noexcept;
  /// As the head says; none where it comes in chunks.
  std::optional<std::size_t> body_size() const noexcept;
  /// Whether the client waits to be told to go on (Expect: 100-continue).
  bool waits_for_continue() const noexcept;
  /// Takes some of the body from the beginning of `bytes`, says how much of those that was, and adds what is
  /// in it, without the marks of chunks, to `body`. Throws refusal. REQUIRES: has_head().
  std::size_t read_body(std::string_view bytes, std::string& body);
  /// All of the request was read.
  bool done() const noexcept;

  /// Why a request cannot be: the answer, after which the connection is closed.
  struct refusal {
    response answer;
  };

private:
  struct engine;
  std::unique_ptr<engine> engine_;
};

} // namespace pinion::http
