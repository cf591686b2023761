#include "http_crowd.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_socket.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

constexpr int longest_wait_ms = 30'000;
constexpr std::size_t longest_answer = 1024;

} // namespace

http_crowd::http_crowd(std::uint16_t port, int clients)
    : request_(ping_request(port)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  for (int i = 0; i < clients; ++i) {
    clients_.push_back({connect_to(port), {}});
    epoll_event what{};
    what.events = EPOLLIN;
    what.data.u64 = clients_.size() - 1;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_.back().fd, &what);
  }
}

http_crowd::~http_crowd() {
  for (const auto& each : clients_)
    ::close(each.fd);
  ::close(epoll_);
}

void http_crowd::ask(const client& who) {
  if (::send(who.fd, request_.data(), request_.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size()))
    throw std::runtime_error("/ping: the server is gone");
}

bool http_crowd::answered(client& who) {
  std::array<char, longest_answer> buffer;
  const auto got = ::recv(who.fd, buffer.data(), buffer.size(), 0);
  if (got <= 0 || who.part.size() > longest_answer)
    throw std::runtime_error("/ping was not answered with pong");
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  if (who.part.empty() && is_pong(bytes))
    return true;
  who.part += bytes;
  if (!is_pong(who.part))
    return false;
  who.part.clear();
  return true;
}

double http_crowd::seconds_a_ping(std::chrono::nanoseconds time) {
  std::array<epoll_event, 64> events;
  const auto begin = steady_clock::now();
  std::size_t count = 0;
  std::size_t under_way = clients_.size();
  for (const auto& each : clients_)
    ask(each);
  while (under_way > 0) {
    const bool more = steady_clock::now() - begin < time;
    const auto ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), longest_wait_ms);
    if (ready == 0 || (ready < 0 && errno != EINTR))
      throw std::runtime_error("/ping was not answered");
    for (int i = 0; i < ready; ++i) {
      auto& who = clients_[events[static_cast<std::size_t>(i)].data.u64];
      if (!answered(who))
        continue;
      ++count;
      if (more)
        ask(who);
      else
        --under_way;
    }
  }
  return seconds_since(begin) / static_cast<double>(count);
}

} // namespace pinion::bench
