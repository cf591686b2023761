#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pinion::test {

/// One connection to a port of this machine, that says just what it is told to.
class tcp_client {
public:
  /// `takes`: bytes that its socket takes of what it does not hear, about; 0: what the system gives.
  explicit tcp_client(std::uint16_t port, int takes = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (takes > 0)
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &takes, sizeof takes);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
      hang_up();
      throw std::runtime_error("nobody listens at port " + std::to_string(port));
    }
    const int at_once = 1; // what is said apart is sent apart
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  }
  tcp_client(tcp_client&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  tcp_client& operator=(tcp_client&&) = delete;
  ~tcp_client() { hang_up(); }

  void say(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0)
        return; // it does not listen any more
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  int descriptor() const noexcept { return fd_; }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }
  void hang_up() {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }

  /// All that comes until the other side closes, or nothing comes for so long.
  std::string hear_all(std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    while (more(patience))
      ;
    return std::exchange(heard_, {});
  }
  /// One answer with a Content-Length; empty if there comes none.
  std::string hear(std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    for (;;) {
      if (const auto end = heard_.find("\r\n\r\n"); end != std::string::npos) {
        constexpr std::string_view name = "Content-Length: ";
        const auto at = heard_.find(name);
        const auto size = at < end ? std::stoul(heard_.substr(at + name.size())) : 0;
        if (heard_.size() >= end + 4 + size) {
          auto result = heard_.substr(0, end + 4 + size);
          heard_.erase(0, result.size());
          return result;
        }
      }
      if (!more(patience))
        return {};
    }
  }
  /// All up to and with this; what there is where it does not come.
  std::string hear_until(std::string_view end,
                         std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    auto at = heard_.find(end);
    while (at == std::string::npos && more(patience))
      at = heard_.find(end);
    const auto size = at == std::string::npos ? heard_.size() : at + end.size();
    auto result = heard_.substr(0, size);
    heard_.erase(0, size);
    return result;
  }
  /// So many bytes; fewer where no more come.
  std::string hear_bytes(std::size_t count, std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    while (heard_.size() < count && more(patience))
      ;
    auto result = heard_.substr(0, count);
    heard_.erase(0, count);
    return result;
  }
  /// The same, and drops them.
  void pass_over(std::size_t count, std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    for (std::size_t left = count; left > 0 && (!heard_.empty() || more(patience));) {
      const auto some = std::min(left, heard_.size());
      heard_.erase(0, some);
      left -= some;
    }
  }
  /// The other side has closed; what it said is dropped.
  bool closed(std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    char byte[4096];
    for (pollfd wait{fd_, POLLIN, 0}; ::poll(&wait, 1, static_cast<int>(patience.count())) == 1;)
      if (::recv(fd_, byte, sizeof byte, 0) <= 0)
        return true;
    return false;
  }

private:
  bool more(std::chrono::milliseconds patience) {
    pollfd wait{fd_, POLLIN, 0};
    char bytes[64 * 1024];
    if (::poll(&wait, 1, static_cast<int>(patience.count())) != 1)
      return false;
    const auto got = ::recv(fd_, bytes, sizeof bytes, 0);
    if (got <= 0)
      return false;
    heard_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  int fd_;
  std::string heard_;
};

/// The status of an answer, 0 if it is none.
inline int status_of(std::string_view answer) {
  return answer.rfind("HTTP/1.1 ", 0) == 0 ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

inline std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : answer.substr(end + 4);
}

/// The body of an answer in chunks (RFC 9112, 7.1), without extensions; "not whole" if its end is missing.
inline std::string unchunked(const std::string& answer) {
  std::string result;
  const auto body = body_of(answer);
  for (std::size_t at = 0;;) {
    const auto line = body.find("\r\n", at);
    if (line == std::string::npos)
      return "not whole";
    const auto size = std::stoul(body.substr(at, line - at), nullptr, 16);
    if (size == 0)
      return body.substr(line) == "\r\n\r\n" ? result : "not whole";
    result += body.substr(line + 2, size);
    at = line + 2 + size + 2;
  }
}

} // namespace pinion::test
