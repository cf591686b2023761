#include <pinion/runtime/http/haul_out.hpp>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include <sys/socket.h>

namespace pinion::http {

namespace {

// After so many bytes others have their turn.
constexpr std::size_t turn_size = std::size_t{4} << 20U;
constexpr std::size_t buffer_size = std::size_t{256} << 10U;

} // namespace

haul_out::haul_out(descriptor socket, any_view what, std::chrono::milliseconds patience, time_point now,
                   std::function<void(bool all)> told)
    : socket_(std::move(socket)), what_(std::move(what)), patience_(patience), told_(std::move(told)),
      deadline_(after(now, patience)) {
  if (contiguous(what_.lay) || f_contiguous(what_.lay)) {
    next_ = static_cast<const char*>(what_.data);
    left_ = byte_count(what_.shape(), what_.type);
  } else {
    pieces_.emplace(what_);
    buffer_ = std::make_unique_for_overwrite<char[]>(buffer_size);
  }
}

// Whether there is something to be sent.
bool haul_out::fetch() {
  if (left_ > 0 || !pieces_)
    return left_ > 0;
  left_ = pieces_->read(buffer_.get(), buffer_size);
  next_ = buffer_.get();
  return left_ > 0;
}

bool haul_out::go_on(time_point now) {
  try {
    return send_some(now);
  } catch (const std::exception&) { // no memory to arrange them
    told_(false);
    return false;
  }
}

bool haul_out::send_some(time_point now) {
  for (std::size_t moved = 0; moved < turn_size;) {
    if (!fetch()) {
      told_(true);
      return false;
    }
    const auto sent =
        ::send(socket_.get(), next_, std::min<std::uint64_t>(left_, turn_size), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
      break;
    if (sent <= 0) {
      told_(false);
      return false;
    }
    const auto size = static_cast<std::size_t>(sent);
    next_ += size;
    left_ -= size;
    moved += size;
    deadline_ = after(now, patience_);
  }
  return true;
}

} // namespace pinion::http
