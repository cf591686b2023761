#include <pinion/runtime/http/response.hpp>

#include <utility>

#include <boost/beast/http/status.hpp>
#include <nlohmann/json.hpp>

#include <pinion/shm/npy_header.hpp>

namespace pinion::http {

response json(std::string text, unsigned status) {
  response result;
  result.status = status;
  result.body = std::move(text);
  return result;
}

response npy(any_view what) {
  const bool fortran = !contiguous(what.lay) && f_contiguous(what.lay);
  response result;
  result.type = "application/x-npy";
  result.body = format_npy_header({what.type, false, fortran ? order::fortran : order::c, what.shape()});
  result.elements = std::move(what);
  return result;
}

response text(std::string words, unsigned status) {
  response result;
  result.status = status;
  result.type = "text/plain; charset=utf-8";
  result.body = std::move(words);
  return result;
}

namespace {

// What the client sent may be quoted in it: not as much as it may send.
std::string in_short(std::string_view text) {
  constexpr std::size_t most = 1000;
  if (text.size() <= most)
    return std::string(text);
  return std::string(text.substr(0, most / 2)) + " ... " + std::string(text.substr(text.size() - most / 2));
}

} // namespace

response problem(unsigned status, std::string_view detail) {
  nlohmann::ordered_json what;
  what["type"] = "about:blank";
  what["title"] = reason(status);
  what["status"] = status;
  what["detail"] = in_short(detail);
  response result;
  result.status = status;
  result.type = "application/problem+json";
  // What is quoted may be no UTF-8.
  result.body = what.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  return result;
}

response problem(unsigned status, std::string_view detail, std::chrono::milliseconds retry_after) {
  auto result = problem(status, detail);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(retry_after).count();
  result.fields.emplace_back("Retry-After", std::to_string(seconds > 0 ? seconds : 1));
  return result;
}

bool may_have_body(unsigned status) noexcept {
  return status >= 200 && status <= 599 && status != 204 && status != 205 && status != 304;
}

std::string_view reason(unsigned status) noexcept {
  namespace beast = boost::beast::http;
  const auto known = beast::int_to_status(status);
  if (known == beast::status::unknown)
    return "Unknown";
  const auto words = beast::obsolete_reason(known);
  return {words.data(), words.size()};
}

} // namespace pinion::http
