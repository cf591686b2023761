#include <pinion/runtime/send_queue.hpp>

#include <utility>

namespace pinion {

namespace {

constexpr std::size_t much = 256 * 1024;
// A buffer that one large payload made is given back.
constexpr std::size_t keep_size = 1024 * 1024;

} // namespace

void send_queue::close_end() {
  if (open_.size() < much)
    return;
  closed_size_ += open_.size();
  closed_.push_back(std::exchange(open_, {}));
}

std::string_view send_queue::front() const noexcept {
  const auto& first = closed_.empty() ? open_ : closed_.front();
  return std::string_view(first.data(), first.size()).substr(gone_);
}

void send_queue::took(std::size_t bytes) {
  gone_ += bytes;
  if (!front().empty())
    return;
  gone_ = 0;
  if (closed_.empty()) {
    open_.clear();
    return shrink(keep_size);
  }
  closed_size_ -= closed_.front().size();
  closed_.pop_front();
}

void send_queue::clear() noexcept {
  closed_.clear();
  open_.clear();
  closed_size_ = gone_ = 0;
}

void send_queue::shrink(std::size_t kept) {
  if (open_.capacity() > kept)
    std::vector<char>().swap(open_);
}

} // namespace pinion
