// The connection's third part: what is answered by the head of a request alone.
#include <pinion/runtime/http/connection.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <pinion/runtime/http/address.hpp>
#include <pinion/runtime/http/bearer.hpp>
#include <pinion/runtime/http/media_type.hpp>
#include <pinion/runtime/http/target.hpp>
#include <pinion/shm/error.hpp>

namespace pinion::http {

namespace {

// 0 where the head does not say.
std::size_t content_length(const request& head) noexcept {
  std::size_t result = 0;
  if (const auto* said = head.field("Content-Length"))
    std::from_chars(said->data(), said->data() + said->size(), result);
  return result;
}

// To who has no token as well.
bool is_open(const request& head, const router::match& route) noexcept {
  if (route.found != nullptr)
    return route.found->open;
  return head.method == "OPTIONS" && (route.open || head.target == "*");
}

} // namespace

std::optional<http::response> connection::look(const http::request& head, time_point now) {
  method_ = head.method;
  route_ = site_->routes.find(head.method, raw_path(head.target));
  since_ = now;
  counted_ = false;
  return refusal_of(head);
}

std::optional<http::response> connection::refusal_of(const http::request& head) {
  if (site_->local && !names_loopback(head))
    return problem(
        421,
        "this server is for this machine alone: ask it as localhost or 127.0.0.1, or start it with a token");
  if (const auto* origin = head.field("Origin");
      site_->local && origin != nullptr && !is_loopback_origin(*origin))
    return problem(
        403, "this server is for this machine alone, and not for pages of others; start it with a token");
  const auto borne = bearing_of(head, site_->token);
  if (borne != bearing::right && !is_open(head, route_)) {
    const bool wrong = borne == bearing::wrong;
    auto refused =
        problem(401, wrong ? "that is not this server's token; send Authorization: Bearer and the token"
                           : "this server wants a token; send Authorization: Bearer and the token");
    refused.fields.emplace_back("WWW-Authenticate", wrong ? "Bearer error=\"invalid_token\"" : "Bearer");
    return refused;
  }
  if (route_.found != nullptr)
    return refusal_of_body(head);
  return refusal_of_target(head);
}

std::optional<http::response> connection::refusal_of_target(const http::request& head) const {
  const bool asks = head.method == "OPTIONS" && (head.target == "*" || !route_.allowed.empty());
  if (route_.allowed.empty() && !asks)
    return problem(404, "there is no " + head.path + " here; /openapi.json says what there is");
  auto answer = problem(405, head.path + " takes " + route_.allowed + ", not " + head.method);
  if (asks) {
    answer = {};
    answer.status = 204;
  }
  if (!route_.allowed.empty() && head.target != "*")
    answer.fields.emplace_back("Allow", route_.allowed);
  return answer;
}

// What the head alone decides is said before a body comes that is large, or that its client holds back.
std::optional<http::response> connection::refusal_of_body(const http::request& head) const {
  if (head.method == "GET" || head.method == "HEAD")
    return std::nullopt;
  const bool encoded = std::any_of(head.fields.begin(), head.fields.end(), [](const auto& each) {
    return same_name(each.first, "Content-Encoding") && !each.second.empty() &&
           !same_name(each.second, "identity");
  });
  if (encoded && (content_length(head) > 0 || head.field("Transfer-Encoding") != nullptr)) {
    auto refused = problem(415, "a body comes as it is, without a Content-Encoding");
    refused.fields.emplace_back("Accept-Encoding", "identity");
    return refused;
  }
  // As far as its length can tell: a header stands before the elements.
  constexpr std::size_t longest_header = 128 * 1024;
  const auto most = site_->limits.array;
  if (may_bring_array(head) && most < SIZE_MAX - longest_header &&
      content_length(head) > most + longest_header)
    return problem(413, "an array may take " + readable_size(most) +
                            " here; ask for a higher limit (--http-array)");
  const bool early =
      may_bring_array(head) || head.field("Expect") != nullptr || content_length(head) > site_->limits.body;
  return early ? refusal_by_route(head) : std::nullopt;
}

std::optional<http::response> connection::refusal_by_route(const http::request& head) const {
  const auto& look = route_.found->look;
  return look ? look(head, route_.parts) : std::nullopt;
}

} // namespace pinion::http
