#include <pinion/runtime/client.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include <pinion/actors/clock.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/rendezvous.hpp>

namespace pinion {

namespace {

pid_t peer(int socket) {
  ucred who{};
  socklen_t size = sizeof who;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : 0;
}

// What a node needs for the simplest answer, many times over.
constexpr auto answer_time = std::chrono::seconds{5};
// For a look at many nodes.
constexpr auto look_time = std::chrono::seconds{2};

std::string text_of(desk_answer&& what) {
  if (const auto* why = std::get_if<failure>(&what.result.result))
    throw task_error(*why);
  return std::move(what.text);
}

} // namespace

client::client(const config& settings, std::string node)
    : folder_(settings.runtime_dir), node_(std::move(node)), socket_(connect_to_node(folder_, node_)) {}

outcome client::call(const task_options& options, std::string_view kernel,
                     std::span<const argument> arguments) {
  desk_request what;
  what.what = desk_request::kind::call;
  what.kernel = kernel;
  what.arguments.assign(arguments.begin(), arguments.end());
  what.options = options;
  std::optional<std::chrono::nanoseconds> patience;
  if (options.timeout)
    patience =
        std::min<std::chrono::nanoseconds>(*options.timeout, std::chrono::hours{24 * 365}) + answer_time;
  return ask(std::move(what), patience).result;
}

std::string client::kernels_json() { return ask_for_text(desk_request::kind::kernels); }

std::string client::status_json() { return ask_for_text(desk_request::kind::status); }

std::string client::memory_json(const array_query& which) {
  desk_request request;
  request.what = desk_request::kind::memory;
  request.arrays = which;
  return text_of(ask(std::move(request), look_time));
}

void client::pause() { ask_for_text(desk_request::kind::pause); }

void client::resume() { ask_for_text(desk_request::kind::resume); }

void client::resize(std::size_t workers) {
  desk_request request;
  request.what = desk_request::kind::resize;
  request.workers = workers;
  text_of(ask(std::move(request), answer_time));
}

void client::drain(std::optional<std::chrono::nanoseconds> patience) {
  desk_request request;
  request.what = desk_request::kind::drain;
  const auto until = patience ? after(steady_clock::now(), *patience) : never;
  try {
    text_of(ask(std::move(request), patience));
  } catch (const std::system_error& why) {
    if (why.code() != runtime_errc::link_failed || steady_clock::now() < until)
      throw;
    raise(runtime_errc::link_failed, "the node '" + node_ +
                                         "' still has tasks to finish; it goes on draining, `pinion resume " +
                                         node_ + "` ends that");
  }
}

pid_t client::process() const noexcept { return peer(socket_.get()); }

std::string client::ask_for_text(desk_request::kind what) {
  desk_request request;
  request.what = what;
  return text_of(ask(std::move(request), answer_time));
}

bool client::stop(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  ask_for_text(desk_request::kind::stop);
  while (node_lives(folder_, node_)) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

desk_answer client::ask(desk_request what, std::optional<std::chrono::nanoseconds> patience) {
  const auto until = patience ? after(steady_clock::now(), *patience) : never;
  what.number = ++last_;
  const auto frame = pack_frame(what);
  if (frame.size() > largest_frame)
    throw task_error(actor_errc::bad_arguments, "the arguments take " + std::to_string(frame.size()) +
                                                    " bytes, at most " + std::to_string(largest_frame) +
                                                    " can be sent; put what is large into an array");
  send(frame, until);
  auto result = unpack_answer(receive(frame_length(receive(frame_prefix, until)), until));
  if (result.number != what.number) {
    if (const auto* why = std::get_if<failure>(&result.result.result))
      throw task_error(*why);
    lost("it answered another question");
  }
  return result;
}

void client::wait_for(short events, std::chrono::steady_clock::time_point until) {
  for (;;) {
    pollfd sources[]{{socket_.get(), events, 0}, {interrupt_, POLLIN, 0}};
    int wait = -1;
    if (until != never)
      wait = static_cast<int>(std::clamp<std::int64_t>(
          std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()).count(), 0, 60'000));
    const auto ready = ::poll(sources, 2, wait);
    if (ready > 0 && sources[1].revents != 0)
      raise(runtime_errc::interrupted, "interrupted while the node '" + node_ + "' was at work");
    if (ready > 0)
      return;
    if (ready == 0 && steady_clock::now() >= until)
      raise(runtime_errc::link_failed, "the node '" + node_ + "' does not answer: its process " +
                                           std::to_string(peer(socket_.get())) +
                                           " is stopped or stuck; kill -CONT lets it go on, kill -9 ends it");
  }
}

void client::send(std::string_view bytes, std::chrono::steady_clock::time_point until) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno == EAGAIN)
      wait_for(POLLOUT, until);
    else if (errno == EPIPE || errno == ECONNRESET)
      return; // what it had to say before it hung up can still be read
    else if (errno != EINTR)
      lost(std::generic_category().message(errno));
  }
}

std::string client::receive(std::size_t bytes, std::chrono::steady_clock::time_point until) {
  std::string result(bytes, '\0');
  for (std::size_t have = 0; have < bytes;) {
    wait_for(POLLIN, until);
    const auto got = ::recv(socket_.get(), result.data() + have, bytes - have, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (got < 0)
      lost(std::generic_category().message(errno));
    if (got == 0)
      lost("it closed the connection");
    have += static_cast<std::size_t>(got);
  }
  return result;
}

void client::lost(const std::string& how) {
  raise(runtime_errc::link_failed, "the node '" + node_ + "' went away before it answered: " + how +
                                       "; see `pinion ps` for what still runs");
}

std::vector<std::string> list_nodes(const config& settings) { return list_nodes(settings.runtime_dir); }

} // namespace pinion
