#pragma once

#include <functional>
#include <memory>
#include <string>

#include <pinion/runtime/node.hpp>

namespace pinion {

/// Serves a node to other processes of the same user (`pinion call`, `ps`, `kernels`, `stop`) under its name.
/// An actor on the node's I/O thread takes what clients say; it never waits and runs nothing itself. Make and
/// destroy it on one thread; it must go before its node does.
class front_desk {
public:
  /// Takes the node's name in `folder` and listens. `on_stop` is called on the I/O thread, once or more, when
  /// a client wants the node to end; it must not block. Empty: clients are told that they cannot. Throws what
  /// rendezvous does: name_taken, not_yours,
  /// ...
  front_desk(node& whose, const std::filesystem::path& folder, std::function<void()> on_stop);
  front_desk(const front_desk&) = delete;
  front_desk& operator=(const front_desk&) = delete;
  ~front_desk();

  /// The one that each node makes for itself: it answers `pinion shm`, and refuses all else, so that the
  /// arrays of a program are told of also where nobody may call its node. It lies in memory_folder(), under
  /// its process and a number. Throws as above.
  static std::unique_ptr<front_desk> for_memory(node& whose);

private:
  struct parts;
  explicit front_desk(std::unique_ptr<parts> made);

  std::unique_ptr<parts> parts_;
};

/// Where those for memory are found, below a runtime directory.
std::filesystem::path memory_folder(const std::filesystem::path& runtime_dir);

} // namespace pinion
