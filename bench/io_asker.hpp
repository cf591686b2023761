#pragma once

#include <functional>
#include <future>
#include <memory>

#include <pinion/runtime/node.hpp>

#include "figure.hpp"

namespace pinion::bench {

/// An actor on the node's I/O thread that asks for the same task again and again, each when it has the answer
/// to the one before: the shortest way that a request can take. Made, used and destroyed by one thread, which
/// waits meanwhile; the node outlives it.
class io_asker {
public:
  /// What it asks for; called on the I/O thread.
  using make_task = std::function<task_ptr()>;

  io_asker(node& where, make_task what);
  io_asker(const io_asker&) = delete;
  io_asker& operator=(const io_asker&) = delete;
  ~io_asker();

  /// Adds the time of each trip to `times`. Throws what a task failed with.
  void ask(int trips, samples& times);

private:
  class broker;
  struct job {
    samples* times = nullptr;
    std::shared_ptr<std::promise<void>> done; ///< of one ask()
  };

  std::shared_ptr<job> job_;
  caf::actor actor_;
};

} // namespace pinion::bench
