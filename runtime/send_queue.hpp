#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

namespace pinion {

/// What is to be written to a socket, in its order. However much that becomes, it is neither moved nor kept
/// when it has gone. Belongs to one thread.
class send_queue {
public:
  /// More is put at its end.
  std::vector<char>& open_end() noexcept { return open_; }
  /// When much stands there, it is not added to any more: what comes has a place of its own.
  void close_end();

  bool empty() const noexcept { return size() == 0; }
  std::size_t size() const noexcept { return closed_size_ + open_.size() - gone_; }
  /// The first bytes, or all; empty only if there is nothing.
  std::string_view front() const noexcept;
  /// So many of front() have gone.
  void took(std::size_t bytes);
  void clear() noexcept;
  /// Gives back what more than so many bytes would need. REQUIRES: it is empty.
  void shrink(std::size_t kept);

private:
  std::deque<std::vector<char>> closed_;
  std::size_t closed_size_ = 0;
  std::vector<char> open_; ///< behind those
  std::size_t gone_ = 0;   ///< bytes of the first of all
};

} // namespace pinion
