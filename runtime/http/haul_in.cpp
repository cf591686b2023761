#include <pinion/runtime/http/haul_in.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

#include <pinion/runtime/http/shm_problem.hpp>
#include <pinion/shm/error.hpp>

namespace pinion::http {

namespace {

// After so many bytes others have their turn.
constexpr std::size_t turn_size = std::size_t{4} << 20U;

npy_intake::promise promise_of(std::optional<std::uint64_t> size, std::uint64_t most) {
  return {"a body of HTTP", size, [most](std::uint64_t elements) {
            if (elements > most)
              throw request_parser::refusal{
                  problem(413, "an array may take " + readable_size(most) + " here")};
          }};
}

} // namespace

haul_in::haul_in(descriptor socket, body_source from, npy_intake::maker into, const limits& what,
                 std::function<void(arrival&& what)> told)
    : socket_(std::move(socket)), from_(std::move(from)), limits_(what), told_(std::move(told)),
      size_(from_.parser.body_size()), into_(std::move(into), promise_of(size_, what.array)),
      deadline_(after(from_.since, what.body_time)) {}

bool haul_in::whole() const noexcept { return size_ ? done_ == *size_ : from_.parser.done(); }

bool haul_in::go_on(time_point now) {
  try {
    // What is whole is told at once: nothing more comes that would wake it.
    for (std::size_t moved = 0; whole() || moved < turn_size;) {
      if (whole()) {
        auto array = into_.finish();
        told_({std::move(from_), std::move(array), std::nullopt});
        return false;
      }
      const auto some = move_some();
      if (!some)
        break;
      if (*some == 0) {
        told_({std::move(from_), std::nullopt, std::nullopt});
        return false;
      }
      moved += *some;
      const auto earned = std::chrono::seconds(done_ / std::max<std::size_t>(1, limits_.array_rate));
      deadline_ = std::min(after(from_.since, limits_.body_time + earned), after(now, limits_.body_time));
    }
    return true;
  } catch (const request_parser::refusal& why) {
    refuse(why.answer);
  } catch (const shm_error& why) {
    refuse(problem_of(why));
  } catch (const std::exception& why) {
    refuse(problem(500, why.what()));
  }
  return false;
}

// How many bytes; none: the socket has no more now, 0: it never will.
std::optional<std::size_t> haul_in::move_some() {
  if (!from_.rest.empty()) {
    const auto taken = feed(from_.rest);
    from_.rest.erase(0, taken);
    if (taken > 0)
      return taken;
  }
  // What is not in chunks goes straight to where it is put down from.
  std::array<char, 64 * 1024> chunks;
  auto room = std::span<char>(chunks);
  if (size_) {
    room = into_.room();
    room = room.first(std::min<std::uint64_t>(room.size(), *size_ - done_));
  }
  const auto got = ::recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return std::nullopt;
  if (got <= 0)
    return 0;
  const auto size = static_cast<std::size_t>(got);
  if (size_) {
    into_.filled(size);
    done_ += size;
  } else {
    from_.rest.append(chunks.data(), size);
    from_.rest.erase(0, feed(from_.rest));
    if (!from_.parser.done() && from_.rest.size() > limits_.head)
      throw request_parser::refusal{
          problem(431, "what stands beside a body may take " + std::to_string(limits_.head) + " bytes")};
  }
  return size;
}

// Takes some of the body from the beginning of `bytes`, and says how much of those that was.
std::size_t haul_in::feed(std::string_view bytes) {
  if (size_) {
    const auto some = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), *size_ - done_));
    into_.take({some.data(), some.size()});
    done_ += some.size();
    return some.size();
  }
  std::string body;
  const auto taken = from_.parser.read_body(bytes, body);
  into_.take({body.data(), body.size()});
  done_ += body.size();
  return taken;
}

void haul_in::refuse(response why) { told_({std::move(from_), std::nullopt, std::move(why)}); }

void haul_in::late() {
  refuse(problem(408, "the body comes too slowly; send at least " + std::to_string(limits_.array_rate) +
                          " bytes a second, without long pauses"));
}

} // namespace pinion::http
