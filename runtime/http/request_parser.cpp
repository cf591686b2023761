#include <pinion/runtime/http/request_parser.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <pinion/runtime/http/target.hpp>

namespace pinion::http {

namespace beast = boost::beast::http;

namespace {

[[noreturn]] void refuse(unsigned status, std::string_view detail) {
  throw request_parser::refusal{problem(status, detail)};
}

std::string counted(std::size_t bytes) { return std::to_string(bytes) + " bytes"; }

std::string too_long(std::size_t most) {
  return "the target of a request may take " + counted(most) + "; send what is longer in the body";
}

constexpr std::size_t longest_method = 32;
// What a request line has beside its target, at the most, and some more.
constexpr std::size_t line_rest = longest_method + 32;

constexpr std::size_t usual_fields = 8;
// Each takes some memory of its own, however short it is.
constexpr std::size_t most_fields = 256;

// Whether the first line ends as no line should.
bool lacks_return(std::string_view bytes) noexcept {
  const auto end = bytes.find('\n');
  return end != std::string_view::npos && (end == 0 || bytes[end - 1] != '\r');
}

// RFC 9110, 5.6.2.
bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

} // namespace

// What Beast finds goes to where it is wanted, without Beast's own table of fields between.
struct request_parser::engine final : beast::basic_parser<true> {
  explicit engine(const limits& given) : most(given) {
    // Heads are counted here, as Beast takes them in pieces.
    header_limit(std::numeric_limits<std::uint32_t>::max());
    // Whoever takes the body counts it: it may go where there is more room than in memory.
    body_limit(std::numeric_limits<std::uint64_t>::max());
    what.fields.reserve(usual_fields);
  }

  void check_head();
  void check_host() const;
  void check_encoding() const;
  void check_expectation();
  std::size_t count(std::string_view name) const;

  limits most;
  request what;
  std::string* body = nullptr; ///< where it goes
  std::size_t head_size = 0;   ///< so far
  std::uint64_t left_of_chunk = 0;
  bool of_1_0 = false;
  bool has_head = false;
  bool waits = false;

private:
  using error_code = boost::system::error_code;
  using text = boost::beast::string_view;

  void on_request_impl(beast::verb, text method, text target, int version, error_code&) override {
    what.method.assign(method.data(), method.size());
    what.target.assign(target.data(), target.size());
    of_1_0 = version == 10;
  }
  void on_response_impl(int, text, int, error_code&) override {}
  void on_field_impl(beast::field, text name, text value, error_code& why) override {
    if (has_head) // what stands behind the last chunk is nobody's
      return;
    if (what.fields.size() == most_fields)
      why = beast::error::header_limit;
    else
      what.fields.emplace_back(std::string(name.data(), name.size()),
                               std::string(value.data(), value.size()));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(text piece, error_code&) override {
    body->append(piece.data(), piece.size());
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t size, text, error_code&) override { left_of_chunk = size; }
  std::size_t on_chunk_body_impl(std::uint64_t, text piece, error_code& why) override {
    left_of_chunk -= std::min<std::uint64_t>(piece.size(), left_of_chunk);
    return on_body_impl(piece, why);
  }
  void on_finish_impl(error_code&) override {}
};

request_parser::request_parser(const limits& what) : engine_(std::make_unique<engine>(what)) {}
request_parser::request_parser(request_parser&&) noexcept = default;
request_parser& request_parser::operator=(request_parser&&) noexcept = default;
request_parser::~request_parser() = default;

std::size_t request_parser::read_head(std::string_view bytes) {
  auto& parser = *engine_;
  boost::system::error_code why;
  const auto taken = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), why);
  if (why == beast::error::need_more)
    why = {};
  const bool in_line = parser.head_size + taken == 0 && bytes.find('\n') == std::string_view::npos;
  parser.head_size += taken;
  const auto& most = parser.most;
  if (!why && in_line && bytes.size() > most.target + line_rest)
    refuse(414, too_long(most.target));
  if (!why && parser.head_size + (parser.is_header_done() ? 0 : bytes.size() - taken) > most.head)
    refuse(431, "request line and fields may take " + counted(most.head) +
                    "; send less, or ask for a higher limit (--http-head)");
  if (why == beast::error::header_limit)
    refuse(431, "a request may have " + std::to_string(most_fields) + " fields");
  if (why == beast::error::bad_version && parser.head_size == taken && lacks_return(bytes))
    refuse(400, "lines of a request's head end with CR and LF");
  if (why == beast::error::bad_version)
    refuse(505, "say HTTP/1.1 or HTTP/1.0");
  if (why)
    refuse(400, "this is no HTTP request: " + why.message());
  if (parser.is_header_done())
    parser.check_head();
  return taken;
}

void request_parser::engine::check_head() {
  has_head = true;
  what.keep_alive = keep_alive();
  if (what.method.size() > longest_method)
    refuse(501, "no method has so long a name");
  if (what.target.size() > most.target)
    refuse(414, too_long(most.target));
  check_host();
  check_encoding();
  if (!(what.method == "OPTIONS" && what.target == "*") && !split_target(what.target, what.path, what.query))
    refuse(400, "the target of a request is a path that begins with '/', its special bytes as %XX");
  check_expectation();
}

std::size_t request_parser::engine::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(what.fields.begin(), what.fields.end(),
                    [name](const auto& each) { return same_name(each.first, name); }));
}

// RFC 9112, 3.2.
void request_parser::engine::check_host() const {
  const auto hosts = count("Host");
  if (hosts > 1 || (hosts == 0 && !of_1_0))
    refuse(400, hosts == 0 ? "a request has a Host field" : "a request has one Host field, not several");
}

// Where two readers could disagree about where a body ends, nobody should guess (RFC 9112, 6.1 and 6.3).
void request_parser::engine::check_encoding() const {
  const auto* encoding = what.field("Transfer-Encoding");
  if (encoding == nullptr)
    return;
  std::string_view value = *encoding;
  while (!value.empty() && is_blank(value.front()))
    value.remove_prefix(1);
  while (!value.empty() && is_blank(value.back()))
    value.remove_suffix(1);
  if (of_1_0)
    refuse(400, "HTTP/1.0 has no Transfer-Encoding");
  if (count("Transfer-Encoding") > 1 || count("Content-Length") > 0)
    refuse(400, "send Content-Length or Transfer-Encoding, and once");
  if (!same_name(value, "chunked"))
    refuse(501, "of transfer encodings only chunked is known");
}

void request_parser::engine::check_expectation() {
  const auto* expects = what.field("Expect");
  if (expects == nullptr || of_1_0)
    return;
  if (!same_name(*expects, "100-continue"))
    refuse(417, "of expectations only 100-continue is known");
  waits = true;
}

bool request_parser::has_head() const noexcept { return engine_->has_head; }

const request& request_parser::head() const noexcept { return engine_->what; }

bool request_parser::of_1_0() const noexcept { return engine_->of_1_0; }

request request_parser::take() { return std::move(engine_->what); }

bool request_parser::has_body() const noexcept { return engine_->chunked() || body_size().value_or(0) > 0; }

std::optional<std::size_t> request_parser::body_size() const noexcept {
  const auto length = engine_->content_length();
  if (!length)
    return std::nullopt;
  return static_cast<std::size_t>(*length);
}

bool request_parser::waits_for_continue() const noexcept { return engine_->waits && has_body(); }

std::size_t request_parser::read_body(std::string_view bytes, std::string& body) {
  auto& parser = *engine_;
  parser.body = &body;
  std::size_t taken = 0;
  // Beast 1.74 asserts that between chunks it is shown all of the shortest last one, which every rest has.
  const auto least = [&parser] {
    const bool between = parser.chunked() && parser.left_of_chunk == 0;
    return between ? std::string_view("0\r\n\r\n").size() : 1;
  };
  while (!parser.is_done() && bytes.size() - taken >= least()) {
    const auto before = body.size();
    boost::system::error_code why;
    const auto now = parser.put(boost::asio::buffer(bytes.data() + taken, bytes.size() - taken), why);
    taken += now;
    if (why == beast::error::need_more)
      break;
    if (why)
      refuse(400, "the body is broken: " + why.message());
    if (now == 0 && body.size() == before)
      break;
  }
  return taken;
}

bool request_parser::done() const noexcept {
  return engine_->has_head && (engine_->is_done() || !has_body());
}

} // namespace pinion::http
