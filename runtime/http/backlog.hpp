#pragma once

#include <cstddef>
#include <unordered_map>

namespace pinion::http {

/// Whose client is behind with its answers.
struct debtor {
  virtual ~debtor() = default;
  /// There is no room for what its client has not taken: that is dropped, and the client let go.
  virtual void fall() = 0;
};

/// What a server's clients have not taken of their answers, in bytes. On the I/O thread.
class backlog {
public:
  explicit backlog(std::size_t much) : much_(much) {}

  /// `was` was said before, 0 at first and at last.
  void count(debtor& who, std::size_t was, std::size_t now);
  /// Makes room for so many bytes more of `who`'s, where `most` are allowed in all: as long as there is none,
  /// who is behind most falls. False: that would be `who` itself, which does not.
  bool make_room(debtor& who, std::size_t bytes, std::size_t most);
  std::size_t sum() const noexcept { return sum_; }

private:
  debtor* worst() const noexcept;

  const std::size_t much_;
  std::size_t sum_ = 0;
  std::unordered_map<debtor*, std::size_t> deep_; ///< behind by more than much_
};

} // namespace pinion::http
