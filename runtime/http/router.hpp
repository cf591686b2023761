#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <pinion/runtime/http/request.hpp>
#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

class exchange;
struct asker;

/// What a request is answered by: at once, on the I/O thread, by what neither waits nor computes; or later.
using quick_handler = std::function<response(const request&, const pairs& parts)>;
using later_handler = std::function<void(exchange&& what, asker& desk)>;
using handler = std::variant<quick_handler, later_handler>;

/// What is said of a route in /openapi.json. A plain value.
struct route_about {
  std::string line;                 ///< "Blurs an image"
  std::vector<std::string> takes{}; ///< types of bodies (RFC 9110, 8.3); none: it has none, or any
  std::vector<std::string> gives{}; ///< of the answer, where all is well
  std::vector<unsigned> done{200};  ///< its status then
};

/// One of a server's paths.
struct route {
  std::string method;  ///< "GET", which HEAD is answered by as well
  std::string pattern; ///< "/v1/arrays/{name}": a part in braces is any one part of a path
  route_about about;
  handler answer;
  /// What is known from the head alone, before a body comes: an answer, if it is to be refused. As
  /// quick_handler.
  std::function<std::optional<response>(const request& head, const pairs& parts)> look{};
  bool open = false; ///< without a token as well: it tells nothing of the node
};

/// "/mean/{}": what patterns have in common that differ in the names of their parts alone.
std::string shape_of(std::string_view pattern);

/// Which route a request takes. Filled by one thread; from then on any thread may read.
class router {
public:
  /// Throws runtime_errc::bad_config for a pattern that is none, and name_taken for one that is there
  /// already, also where only the names in braces differ.
  void add(route what);

  struct match {
    const route* found = nullptr;
    pairs parts;         ///< what stands at the parts in braces, by their names
    std::string allowed; ///< where the path is known and the method is not: "GET, HEAD, OPTIONS"
    bool open = false;   ///< then: one of the path's routes is
  };
  /// The path as the target of a request has it, not decoded. A part that is spelled out goes before one in
  /// braces.
  match find(std::string_view method, std::string_view path) const;
  const std::vector<route>& routes() const noexcept { return routes_; }

private:
  std::vector<route> routes_;
};

} // namespace pinion::http
