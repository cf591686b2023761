#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <pinion/actors/caf.hpp>

namespace pinion::http {

/// The connections of a server, and whose they are: a client is an address. Holds the connections' handles.
/// Belongs to the I/O thread.
class guest_list {
public:
  /// How many connections the client at this address has.
  std::size_t of(const std::string& address) const;
  /// The client's number, for task_options::client: the same as long as it has a connection.
  std::uint64_t client(const std::string& address);
  void enter(const std::string& address, caf::actor connection);
  void leave(const caf::actor_addr& connection);
  /// Null: it has gone.
  caf::actor find(const caf::actor_addr& connection) const;

  template <class F>
  void for_each(F f) const {
    for (const auto& [where, each] : guests_)
      f(each.connection);
  }
  void clear();
  std::size_t size() const noexcept { return guests_.size(); }

private:
  struct guest {
    caf::actor connection;
    std::string address;
  };
  struct account {
    std::uint64_t number = 0;
    std::size_t connections = 0;
  };
  std::map<caf::actor_addr, guest> guests_;
  std::map<std::string, account> clients_;
  std::uint64_t last_client_ = 0;
};

} // namespace pinion::http
