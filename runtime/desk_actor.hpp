#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include <pinion/actors/closing_broker.hpp>
#include <pinion/runtime/desk_wire.hpp>
#include <pinion/runtime/node.hpp>

namespace pinion {

/// The actor behind a front_desk: one for all clients of a node, since each says little. Reads a frame at a
/// time, asks the dispatcher, and writes the answer when it comes; the tasks of a client that goes away are
/// withdrawn. (leave) makes it tell everybody that the node stops, and end. On the I/O thread.
class desk_actor final : public closing_broker {
public:
  /// What clients may ask for.
  enum class service : std::uint8_t { all, memory_alone };
  /// `listener` is a listening Unix socket, which it takes over.
  desk_actor(caf::actor_config& cfg, pinion::node& whose, int listener, service what,
             std::function<void()> on_stop);
  caf::behavior make_behavior() override;
  const char* name() const override { return "pinion-front-desk"; }

private:
  struct client {
    std::uint64_t number = 0; ///< among the clients of the node (task_options::client)
    bool in_frame = false;    ///< the next chunk is a frame, not its length
    /// Its calls that have no answer yet, by the client's numbers.
    std::map<std::uint64_t, task_ptr> calls;
    /// Segments that its arguments named, its own or those of others. Workers are told to let go of them when
    /// it goes, or when there are many; what is needed again is mapped again.
    std::set<std::string> segments;
    /// What its results lie in, where kernels made arrays: kept until it goes.
    std::vector<std::shared_ptr<const origin>> results;
  };
  using connection = caf::io::connection_handle;

  void welcome(connection who);
  void read(const caf::io::new_data_msg& msg);
  void take(connection from, const std::string& frame);
  void call(connection from, desk_request&& what);
  void look_at_memory(connection from, desk_request&& what);
  void drain(connection from, std::uint64_t number);
  void answer(connection to, const desk_answer& what);
  void refuse(connection to, std::uint64_t number, failure why);
  void settle(connection to, std::uint64_t number, desk_answer&& what);
  void await_length(connection from);
  void forget(connection from);
  void unmap(client& whose);
  void say_goodbye();

  pinion::node& node_;
  int listener_;
  service service_;
  std::function<void()> on_stop_;
  std::string kernels_; ///< as JSON, once asked for: they do not change while a node lives
  std::map<connection, client> clients_;
  /// Questions about memory that another thread is at, by tickets of ours: a client that comes may be given
  /// the handle of one that went.
  struct asked {
    connection who;
    std::uint64_t number = 0;
  };
  std::map<std::uint64_t, asked> looks_;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t last_client_ = 0;
};

} // namespace pinion
