#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <pinion/shm/any_view.hpp>

namespace pinion {
class node;
}

namespace pinion::http {

/// The arrays that clients may name: those that they have put, and those that the node's program publishes,
/// which they may not change. Any thread may call any member; none waits for files or memory.
class named_arrays {
public:
  /// The node must outlive this.
  explicit named_arrays(const node& whose) : whose_(whose) {}
  /// At most so many that clients put.
  void limit(std::size_t most) { most_ = most; }

  enum class put_result { made, replaced, full, not_yours, not_met };
  /// Under which a name is put: of those who put under one at once, one does.
  enum class condition { none, there, not_there, never };
  put_result put(const std::string& name, const any_view& what, condition only = condition::none);
  /// For now.
  bool meets(condition what, const std::string& name) const;
  enum class drop_result { dropped, unknown, not_yours, not_met };
  drop_result drop(const std::string& name, condition only = condition::none);

  /// To be written by kernels only where clients have put it, or it is published for writing.
  std::optional<any_view> find(const std::string& name) const;
  /// Whether clients may put it now.
  enum class room { is, full, not_yours };
  room room_for(const std::string& name) const;

  struct entry {
    std::string name;
    dtype type;
    extents shape;
  };
  std::vector<entry> list() const;

private:
  const node& whose_;
  std::size_t most_ = 1000; ///< not changed once the server listens
  mutable std::mutex mutex_;
  std::map<std::string, any_view> put_; ///< guarded by mutex_
};

} // namespace pinion::http
