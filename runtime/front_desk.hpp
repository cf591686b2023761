#pragma once

#include <functional>
#include <memory>

#include <pinion/runtime/node.hpp>

namespace pinion {

/// Serves a node to other processes of the same user (`pinion call`, `ps`, `kernels`, `stop`) under its name.
/// An actor on the node's I/O thread takes what clients say; it never waits and runs nothing itself. Make and
/// destroy it on one thread; it must go before its node does.
class front_desk {
public:
  /// Takes the node's name in `folder` and listens. `on_stop` is called on the I/O thread, once or more, when
  /// a client wants the node to end; it must not block. Throws what rendezvous does: name_taken, not_yours,
  /// ...
  front_desk(node& whose, const std::filesystem::path& folder, std::function<void()> on_stop);
  front_desk(const front_desk&) = delete;
  front_desk& operator=(const front_desk&) = delete;
  ~front_desk();

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace pinion
