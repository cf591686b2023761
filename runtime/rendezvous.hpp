#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// Where the nodes of a user are found by name: a directory of mode 0700 with, for each node, a lock that it
/// holds while it lives (flock(2), so kill -9 lets go of it too) and a socket of mode 0600.

/// A node's place there: takes the name, listens, and clears both files away at the end. Owned by one thread.
class rendezvous {
public:
  /// Makes the directory where it is missing. Throws name_taken, not_yours (the directory is another user's
  /// or open to others), bad_config (a name that cannot be one) or system_refused.
  rendezvous(const std::filesystem::path& folder, const std::string& name);
  rendezvous(const rendezvous&) = delete;
  rendezvous& operator=(const rendezvous&) = delete;
  ~rendezvous();

  /// The listening socket, given away once; accepts from now on.
  descriptor take_listener() noexcept { return std::move(listener_); }

private:
  std::filesystem::path socket_;
  std::filesystem::path lock_file_;
  descriptor lock_;
  descriptor listener_;
};

/// Makes a runtime directory where it is missing, with mode 0700, before folders are made in it. Throws
/// system_refused.
void make_runtime_dir(const std::filesystem::path& folder);
/// Throws not_yours for one that is another user's or open to others.
void check_runtime_dir(const std::filesystem::path& folder);

/// A connection to the node of that name. Throws no_such_node, with the nearest name, or not_yours.
/// Waits for `patience` at most while too many others wait before the door; the socket does not block.
descriptor connect_to_node(const std::filesystem::path& folder, const std::string& name,
                           std::chrono::milliseconds patience = std::chrono::seconds{5});

/// The names of the user's living nodes, sorted. Empty where there is no directory.
std::vector<std::string> list_nodes(const std::filesystem::path& folder);

/// The names that killed nodes left there, sorted: a lock that nobody holds, with its socket. They are
/// cleared away by the next node, or now if `remove` says so.
std::vector<std::string> sweep_names(const std::filesystem::path& folder, bool remove);

/// True while a living node holds the name.
bool node_lives(const std::filesystem::path& folder, const std::string& name);

/// True if the process at the other end of a Unix socket runs as this user (SO_PEERCRED, unix(7)).
bool same_user(int socket) noexcept;

} // namespace pinion
