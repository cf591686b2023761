#include <pinion/runtime/http/response_writer.hpp>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <vector>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/serializer.hpp>

namespace pinion::http {

namespace beast = boost::beast::http;

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr unsigned reset_content = 205; // RFC 9110, 15.3.6

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [marks](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           marks.find(c) != std::string_view::npos;
  });
}

// RFC 9110, 5.5; longer ones than clients take either.
bool sendable(std::string_view name, std::string_view value) noexcept {
  constexpr std::size_t longest = 16 * 1024;
  constexpr unsigned char first_printable = 0x20;
  constexpr unsigned char deleted = 0x7f;
  return is_token(name) && name.size() <= longest && value.size() <= longest &&
         std::none_of(value.begin(), value.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte < first_printable && c != '\t') || byte == deleted;
         });
}

// Whether it is said where an answer is sent (response::fields).
bool is_said_here(const response& what, std::string_view name) noexcept {
  for (const auto* each : {"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade",
                           "Trailer", "TE", "Date", "Server"})
    if (same_name(name, each))
      return true;
  return same_name(name, "Content-Type") && !what.type.empty();
}

// RFC 9110, 5.6.7; said anew each second. Each thread has its own.
std::string_view date() {
  thread_local std::time_t said = 0;
  thread_local char text[40];
  thread_local std::size_t size = 0;
  if (const auto now = std::time(nullptr); now != said) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    // The C locale's names, whatever the program's are.
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    size = static_cast<std::size_t>(std::snprintf(
        text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday], parts.tm_mday,
        months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec));
    said = now;
  }
  return {text, size};
}

std::uint64_t size_of(const response& what) {
  const auto more = what.elements ? byte_count(what.elements->shape(), what.elements->type) : 0;
  return what.body.size() + more;
}

// What Beast makes of a head, but for its end.
std::string head_of(const response& what, const sending& how) {
  beast::response<beast::empty_body> head;
  head.version(11);
  head.result(what.status);
  const auto words = reason(what.status);
  head.reason({words.data(), words.size()});
  head.insert(beast::field::server, "pinion");
  if (may_have_body(what.status) && !what.type.empty() && sendable("type", what.type))
    head.insert(beast::field::content_type, what.type);
  for (const auto& [name, value] : what.fields)
    if (sendable(name, value) && !is_said_here(what, name))
      head.insert(name, value);
  if (!how.keep_alive)
    head.insert(beast::field::connection, "close");
  else if (how.of_1_0)
    head.insert(beast::field::connection, "keep-alive");
  std::string result;
  beast::serializer<false, beast::empty_body> bytes(head);
  bytes.split(true);
  while (!bytes.is_header_done()) {
    boost::system::error_code none;
    bytes.next(none, [&](boost::system::error_code&, const auto& buffers) {
      std::size_t size = 0;
      for (auto at = boost::asio::buffer_sequence_begin(buffers);
           at != boost::asio::buffer_sequence_end(buffers); ++at) {
        const boost::asio::const_buffer each(*at);
        result.append(static_cast<const char*>(each.data()), each.size());
        size += each.size();
      }
      bytes.consume(size);
    });
    if (none)
      break;
  }
  result.resize(result.size() - line_end.size());
  return result;
}

// A head without fields of its own.
struct usual_head {
  unsigned status;
  std::string type;
  bool keep_alive;
  bool of_1_0;
  std::string text;
};

// Heads without fields of their own are few, and a quarter of what a small answer costs: they are kept. Each
// thread has its own.
void write_head(const response& what, const sending& how, std::string& out) {
  constexpr std::size_t most = 100;
  thread_local std::vector<usual_head> known;
  if (!what.fields.empty()) {
    out += head_of(what, how);
    return;
  }
  auto at = std::find_if(known.begin(), known.end(), [&](const usual_head& each) {
    return each.status == what.status && each.keep_alive == how.keep_alive && each.of_1_0 == how.of_1_0 &&
           each.type == what.type;
  });
  if (at == known.end()) {
    if (known.size() >= most)
      known.clear();
    at = known.insert(known.end(), {what.status, what.type, how.keep_alive, how.of_1_0, head_of(what, how)});
  }
  out += at->text;
}

} // namespace

void write(const response& what, const sending& how, std::string& out) {
  write_head(what, how, out);
  out.append("Date: ").append(date()).append(line_end);
  if (how.in_pieces && !how.of_1_0 && may_have_body(what.status))
    out.append("Transfer-Encoding: chunked").append(line_end);
  if (!how.in_pieces && may_have_body(what.status))
    out.append("Content-Length: ").append(std::to_string(size_of(what))).append(line_end);
  if (what.status == reset_content) // without a body it still says so
    out.append("Content-Length: 0").append(line_end);
  out += line_end;
  if (!how.body || !may_have_body(what.status))
    return;
  if (!how.in_pieces)
    out += what.body;
  else if (!what.body.empty())
    write_piece(what.body, how.of_1_0, out);
}

void write_piece(std::string_view piece, bool of_1_0, std::string& out) {
  if (of_1_0) {
    out += piece;
    return;
  }
  char size[2 * sizeof piece.size()];
  const auto end = std::to_chars(size, size + sizeof size, piece.size(), 16).ptr;
  out.append(size, end).append(line_end).append(piece).append(line_end);
}

} // namespace pinion::http
