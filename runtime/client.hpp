#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/runtime/config.hpp>
#include <pinion/runtime/desk_wire.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// Speaks with a node of the same user that has a front desk. Every call waits for the answer; one thread at
/// a time. Arrays in arguments stay the caller's and must live until the call returns.
class client {
public:
  /// Throws runtime_errc: no_such_node (with the nearest name), not_yours, bad_config.
  client(const config& settings, std::string node);

  /// The outcome, a failure of the task included. Throws link_failed when the node went away, or does not
  /// answer some seconds after the task's timeout.
  outcome call(const task_options& options, std::string_view kernel, std::span<const argument> arguments);
  /// From now on every wait ends with runtime_errc::interrupted when `source`, a descriptor that stays the
  /// caller's, can be read.
  void interrupt_with(int source) noexcept { interrupt_ = source; }
  /// See status_json.hpp.
  std::string kernels_json();
  std::string status_json();
  /// What lies in its shared memory and who holds it (memory_json.hpp). Waits some seconds less than the
  /// others: many nodes may be asked, and a stopped one must not hold up the rest.
  std::string memory_json(const array_query& which);
  /// The process at the other end; 0 where unknown.
  pid_t process() const noexcept;
  /// As node::pause() and its like. Throw task_error where the node refuses.
  void pause();
  void resume();
  void resize(std::size_t workers);
  /// Waits until every task is done. Throws link_failed when the patience ends; the node goes on draining.
  void drain(std::optional<std::chrono::nanoseconds> patience = std::nullopt);
  /// Asks the node to end, and waits until it has, for `patience` at most; false if it still lives then.
  bool stop(std::chrono::milliseconds patience = std::chrono::seconds{10});

private:
  /// `patience`: for the answer; a node that is stopped or stuck must not hold its clients.
  desk_answer ask(desk_request what, std::optional<std::chrono::nanoseconds> patience);
  std::string ask_for_text(desk_request::kind what);
  void wait_for(short events, std::chrono::steady_clock::time_point until);
  void send(std::string_view bytes, std::chrono::steady_clock::time_point until);
  std::string receive(std::size_t bytes, std::chrono::steady_clock::time_point until);
  [[noreturn]] void lost(const std::string& how);

  std::filesystem::path folder_;
  std::string node_;
  descriptor socket_;
  int interrupt_ = -1;
  std::uint64_t last_ = 0;
};

/// The names of the user's living nodes, sorted.
std::vector<std::string> list_nodes(const config& settings);

} // namespace pinion
