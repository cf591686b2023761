#include <pinion/runtime/http/address.hpp>

#include <cerrno>
#include <charconv>
#include <memory>
#include <system_error>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/http/target.hpp>

namespace pinion::http {

namespace {

// Connections that may wait to be accepted (listen(2)).
constexpr int backlog = 1024;

[[noreturn]] void no_address(std::string_view text) {
  raise(
      runtime_errc::bad_config,
      "'" + std::string(text) +
          "' is no address to listen at; write HOST:PORT, as 127.0.0.1:8000 or [::1]:8000, or PORT alone for "
          "this machine");
}

std::string reason(int number) { return std::generic_category().message(number); }

struct free_list {
  void operator()(addrinfo* all) const noexcept { ::freeaddrinfo(all); }
};

std::unique_ptr<addrinfo, free_list> look_up(const address& where) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const auto port = std::to_string(where.port);
  const auto why =
      ::getaddrinfo(where.host.empty() ? nullptr : where.host.c_str(), port.c_str(), &wanted, &found);
  if (why != 0)
    raise(runtime_errc::bad_config, "cannot listen at " + where.to_string() + ": " + ::gai_strerror(why));
  return std::unique_ptr<addrinfo, free_list>(found);
}

// As the system has it: in digits, however it was spelled.
void read_back(int socket, address& where) {
  sockaddr_storage here{};
  socklen_t size = sizeof here;
  char host[INET6_ADDRSTRLEN] = "";
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size);
  if (here.ss_family == AF_INET6) {
    const auto& mine = reinterpret_cast<const sockaddr_in6&>(here);
    ::inet_ntop(AF_INET6, &mine.sin6_addr, host, sizeof host);
    where.port = ntohs(mine.sin6_port);
  } else {
    const auto& mine = reinterpret_cast<const sockaddr_in&>(here);
    ::inet_ntop(AF_INET, &mine.sin_addr, host, sizeof host);
    where.port = ntohs(mine.sin_port);
  }
  where.host = host;
}

bool is_loopback_name(std::string_view name) noexcept {
  if (const auto colon = name.rfind(':'); colon != std::string_view::npos && name.back() != ']')
    name = name.substr(0, colon);
  unsigned char digits[4];
  return same_name(name, "localhost") || name == "[::1]" ||
         (name.rfind("127.", 0) == 0 && ::inet_pton(AF_INET, std::string(name).c_str(), digits) == 1);
}

} // namespace

address address::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  auto host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  const auto digits = text.substr(colon + 1); // all of it where there is no colon
  address result;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, result.port);
  if (read.ec == std::errc::result_out_of_range && read.ptr == end)
    raise(runtime_errc::bad_config, "'" + std::string(text) + "': there is no port " + std::string(digits) +
                                        ", they end at 65535; write HOST:PORT, as "
                                        "127.0.0.1:8000");
  if (digits.empty() || read.ptr != end || read.ec != std::errc{})
    no_address(text);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed)
    host = host.substr(1, host.size() - 2);
  if (bracketed != (host.find(':') != std::string_view::npos))
    no_address(text);
  result.host = host.empty() ? "127.0.0.1" : host == "*" ? std::string_view() : host;
  return result;
}

bool address::loopback() const noexcept {
  return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0 ||
         host.rfind("::ffff:127.", 0) == 0;
}

std::string address::to_string() const {
  const auto shown = host.empty() ? "*" : host;
  return (shown.find(':') == std::string::npos ? shown : "[" + shown + "]") + ":" + std::to_string(port);
}

bool names_loopback(const request& what) noexcept {
  if (const auto named = server_of(what.target)) // goes before Host (RFC 9112, 3.2.2)
    return is_loopback_name(*named);
  const auto* host = what.field("Host");
  return host == nullptr || is_loopback_name(*host);
}

bool is_loopback_origin(std::string_view origin) noexcept {
  for (const std::string_view scheme : {"http://", "https://"})
    if (origin.substr(0, scheme.size()) == scheme)
      return is_loopback_name(origin.substr(scheme.size()));
  return false;
}

descriptor listen_at(address& where) {
  const auto found = look_up(where);
  int why = 0;
  for (const auto* each = found.get(); each != nullptr; each = each->ai_next) {
    descriptor result(
        ::socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, each->ai_protocol));
    const int on = 1;
    const int off = 0;
    if (result &&
        each->ai_family == AF_INET6) // "[::]" is all that reach the machine, as far as the system lets it
      ::setsockopt(result.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (result && ::setsockopt(result.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(result.get(), each->ai_addr, each->ai_addrlen) == 0 && ::listen(result.get(), backlog) == 0) {
      read_back(result.get(), where);
      return result;
    }
    why = errno;
  }
  if (why == EADDRINUSE)
    raise(runtime_errc::name_taken,
          "somebody listens at " + where.to_string() + " already; choose another port, or 0 for any");
  raise(runtime_errc::system_refused, "cannot listen at " + where.to_string() + ": " + reason(why));
}

} // namespace pinion::http
