#include <pinion/runtime/http/request_parser.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <pinion/runtime/http/target.hpp>

namespace pinion::http {

namespace beast = boost::beast::http;

namespace {

[[noreturn]] void refuse(unsigned status, std::string_view detail) {
  throw request_parser::refusal{problem(status, detail)};
}

std::string counted(std::size_t bytes) { return std::to_string(bytes) + " bytes"; }

constexpr std::size_t longest_method = 32;
// What a request line has beside its target, at the most, and some more.
constexpr std::size_t line_rest = longest_method + 32;

// RFC 9110, 5.6.2.
bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

} // namespace

struct request_parser::engine {
  explicit engine(const limits& given) : most(given) {
    // Heads are counted here, as Beast takes them in pieces.
    parser.header_limit(std::numeric_limits<std::uint32_t>::max());
    // Whoever takes the body counts it: it may go where there is more room than in memory.
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    parser.on_chunk_header(begins_chunk);
  }

  void check_head();
  void check_host() const;
  void check_encoding() const;
  void check_expectation();
  std::size_t count(beast::field name) const { return static_cast<std::size_t>(parser.get().count(name)); }

  limits most;
  beast::request_parser<beast::buffer_body> parser;
  request what;
  std::size_t head_size = 0; ///< so far
  std::uint64_t left_of_chunk = 0;
  std::function<void(std::uint64_t, boost::beast::string_view, boost::system::error_code&)> begins_chunk =
      [this](std::uint64_t size, boost::beast::string_view, boost::system::error_code&) {
        left_of_chunk = size;
      };
  bool has_head = false;
  bool waits = false;
};

request_parser::request_parser(const limits& what) : engine_(std::make_unique<engine>(what)) {}
request_parser::request_parser(request_parser&&) noexcept = default;
request_parser& request_parser::operator=(request_parser&&) noexcept = default;
request_parser::~request_parser() = default;

std::size_t request_parser::read_head(std::string_view bytes) {
  auto& parser = engine_->parser;
  boost::system::error_code why;
  const auto taken = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), why);
  if (why == beast::error::need_more)
    why = {};
  const bool in_line = engine_->head_size + taken == 0 && bytes.find('\n') == std::string_view::npos;
  engine_->head_size += taken;
  const auto most = engine_->most;
  if (!why && in_line && bytes.size() > most.target + line_rest)
    refuse(414, "the target of a request may take " + counted(most.target));
  if (!why && engine_->head_size + (parser.is_header_done() ? 0 : bytes.size() - taken) > most.head)
    refuse(431, "request line and fields may take " + counted(most.head));
  if (why == beast::error::bad_version)
    refuse(505, "say HTTP/1.1 or HTTP/1.0");
  if (why)
    refuse(400, "this is no HTTP request: " + why.message());
  if (parser.is_header_done())
    engine_->check_head();
  return taken;
}

void request_parser::engine::check_head() {
  has_head = true;
  const auto& head = parser.get();
  const auto method = head.method_string();
  const auto target = head.target();
  what.method.assign(method.data(), method.size());
  what.target.assign(target.data(), target.size());
  what.keep_alive = head.keep_alive();
  for (const auto& each : head)
    what.fields.emplace_back(std::string(each.name_string()), std::string(each.value()));
  if (what.method.size() > longest_method)
    refuse(501, "no method has so long a name");
  if (what.target.size() > most.target)
    refuse(414, "the target of a request may take " + counted(most.target));
  if (head.version() != 11 && head.version() != 10)
    refuse(505, "say HTTP/1.1 or HTTP/1.0");
  check_host();
  check_encoding();
  if (!(what.method == "OPTIONS" && what.target == "*") && !split_target(what.target, what.path, what.query))
    refuse(400, "the target of a request is a path that begins with '/', its special bytes as %XX");
  check_expectation();
}

// RFC 9112, 3.2.
void request_parser::engine::check_host() const {
  const auto hosts = count(beast::field::host);
  if (hosts > 1 || (hosts == 0 && parser.get().version() == 11))
    refuse(400, hosts == 0 ? "a request has a Host field" : "a request has one Host field, not several");
}

// Where two readers could disagree about where a body ends, nobody should guess (RFC 9112, 6.1 and 6.3).
void request_parser::engine::check_encoding() const {
  if (count(beast::field::transfer_encoding) == 0)
    return;
  std::string_view value = *what.field("Transfer-Encoding");
  while (!value.empty() && is_blank(value.front()))
    value.remove_prefix(1);
  while (!value.empty() && is_blank(value.back()))
    value.remove_suffix(1);
  if (parser.get().version() == 10)
    refuse(400, "HTTP/1.0 has no Transfer-Encoding");
  if (count(beast::field::transfer_encoding) > 1 || count(beast::field::content_length) > 0)
    refuse(400, "send Content-Length or Transfer-Encoding, and once");
  if (!same_name(value, "chunked"))
    refuse(501, "of transfer encodings only chunked is known");
}

void request_parser::engine::check_expectation() {
  const auto* expects = what.field("Expect");
  if (expects == nullptr || parser.get().version() == 10)
    return;
  if (!same_name(*expects, "100-continue"))
    refuse(417, "of expectations only 100-continue is known");
  waits = true;
}

bool request_parser::has_head() const noexcept { return engine_->has_head; }

const request& request_parser::head() const noexcept { return engine_->what; }

bool request_parser::of_1_0() const noexcept { return engine_->parser.get().version() == 10; }

request request_parser::take() { return std::move(engine_->what); }

bool request_parser::has_body() const noexcept {
  return engine_->parser.chunked() || body_size().value_or(0) > 0;
}

std::optional<std::size_t> request_parser::body_size() const noexcept {
  const auto length = engine_->parser.content_length();
  if (!length)
    return std::nullopt;
  return static_cast<std::size_t>(*length);
}

bool request_parser::waits_for_continue() const noexcept { return engine_->waits && has_body(); }

std::size_t request_parser::read_body(std::string_view bytes, std::string& body) {
  auto& parser = engine_->parser;
  std::array<char, 16 * 1024> room;
  std::size_t taken = 0;
  // Beast 1.74 asserts that between chunks it is shown all of the shortest last one, which every rest has.
  const auto least = [this] {
    const bool between = engine_->parser.chunked() && engine_->left_of_chunk == 0;
    return between ? std::string_view("0\r\n\r\n").size() : 1;
  };
  while (!parser.is_done() && bytes.size() - taken >= least()) {
    parser.get().body().data = room.data();
    parser.get().body().size = room.size();
    boost::system::error_code why;
    const auto now = parser.put(boost::asio::buffer(bytes.data() + taken, bytes.size() - taken), why);
    const auto got = room.size() - parser.get().body().size;
    body.append(room.data(), got);
    engine_->left_of_chunk -= std::min<std::uint64_t>(got, engine_->left_of_chunk);
    taken += now;
    if (why == beast::error::need_buffer)
      why = {};
    if (why == beast::error::need_more)
      break;
    if (why)
      refuse(400, "the body is broken: " + why.message());
    if (now == 0 && got == 0)
      break;
  }
  return taken;
}

bool request_parser::done() const noexcept {
  return engine_->has_head && (engine_->parser.is_done() || !has_body());
}

} // namespace pinion::http
