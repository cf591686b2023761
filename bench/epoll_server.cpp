#include "epoll_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pinion::bench {

namespace {

constexpr std::string_view pong =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\npong\n";
constexpr std::size_t read_size = 64 * 1024; // as pinion's
constexpr int backlog = 128;

/// Where one connection stands: in a head, or in a body of which so many bytes are to come.
class reader {
public:
  /// How many requests end within these bytes.
  int take(std::string_view bytes) {
    int ended = 0;
    while (!bytes.empty()) {
      if (body_left_ > 0) {
        const auto skipped = std::min(body_left_, bytes.size());
        body_left_ -= skipped;
        bytes.remove_prefix(skipped);
      } else if (!take_head(bytes)) {
        break;
      }
      if (body_left_ == 0)
        ++ended;
    }
    return ended;
  }

private:
  bool take_head(std::string_view& bytes) {
    const auto before = head_.size();
    head_ += bytes;
    const auto end = head_.find("\r\n\r\n");
    if (end == std::string::npos)
      return false;
    bytes.remove_prefix(end + 4 - before);
    head_.resize(end);
    body_left_ = 0;
    if (const auto field = head_.find("Content-Length: "); field != std::string::npos) {
      const auto* digits = head_.data() + field + std::string_view("Content-Length: ").size();
      std::from_chars(digits, head_.data() + head_.size(), body_left_);
    }
    head_.clear();
    return true;
  }

  std::string head_;
  std::size_t body_left_ = 0;
};

void watch(int epoll, int fd) {
  epoll_event what{};
  what.events = EPOLLIN;
  what.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &what);
}

// False: the client has gone.
bool serve_one(int fd, reader& state, std::array<char, read_size>& buffer) {
  const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (got <= 0)
    return got < 0 && (errno == EAGAIN || errno == EINTR);
  for (auto left = state.take({buffer.data(), static_cast<std::size_t>(got)}); left > 0; --left)
    if (::send(fd, pong.data(), pong.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(pong.size()))
      return false;
  return true;
}

[[noreturn]] void serve(int listener, int end) {
  std::array<char, read_size> buffer;
  std::array<epoll_event, 64> events;
  std::map<int, reader> clients;
  const int epoll = ::epoll_create1(0);
  watch(epoll, listener);
  watch(epoll, end);
  for (;;) {
    const auto count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == end)
        ::_exit(0);
      if (fd == listener) {
        const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (client < 0)
          continue;
        const int yes = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        clients[client] = {};
        watch(epoll, client);
      } else if (!serve_one(fd, clients[fd], buffer)) {
        clients.erase(fd);
        ::close(fd);
      }
    }
  }
}

int listen_on_loopback(std::uint16_t& port) {
  const int result = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* address = reinterpret_cast<sockaddr*>(&where);
  if (result < 0 || ::bind(result, address, size) != 0 || ::listen(result, backlog) != 0 ||
      ::getsockname(result, address, &size) != 0)
    throw std::system_error(errno, std::generic_category(), "no socket for the epoll server");
  port = ntohs(where.sin_port);
  return result;
}

} // namespace

epoll_server::epoll_server() {
  const int listener = listen_on_loopback(port_);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0 || (pid_ = ::fork()) < 0)
    throw std::system_error(errno, std::generic_category(), "no process for the epoll server");
  if (pid_ == 0) {
    ::close(ends[1]);
    serve(listener, ends[0]);
  }
  ::close(listener);
  ::close(ends[0]);
  end_ = ends[1];
}

epoll_server::~epoll_server() {
  ::close(end_);
  ::waitpid(pid_, nullptr, 0);
}

} // namespace pinion::bench
