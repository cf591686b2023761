#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace pinion {

class arena_owner;
class control_page;
class descriptor;

/// How long the link of an ended process may take to be read to its end: a child that it forked may hold it
/// open, and must not hold up the answers.
constexpr std::chrono::milliseconds link_patience{100};

/// What the keeper of the processes tells the dispatcher about one worker process.
struct worker_event {
  enum class kind : std::uint8_t {
    started,  ///< the process runs; its hello is still to come
    ended,    ///< the process is gone and has been waited for
    given_up, ///< the slot stays empty: its processes died too often, too soon
    rested,   ///< the process is gone as it was asked to, and no other one follows until it is asked for
    moved,    ///< the process runs on other processors from now on
    grown,    ///< the process takes more memory of its own than it should (recycle_memory)
  };
  kind what = kind::started;
  std::uint32_t slot = 0;
  std::uint64_t incarnation = 0; ///< counts the processes of a node; tells a worker from its predecessor
  pid_t pid = 0;
  std::string processors; ///< where it is pinned: "0,2-3"
  std::string cause;      ///< of the end: "killed by signal 9 (SIGKILL)" and the tail of its stderr
  std::shared_ptr<control_page> page; ///< shared with the process; never null when started
  std::shared_ptr<arena_owner> arena; ///< where it makes its results; null: it cannot make any
  std::shared_ptr<descriptor> stream; ///< where its partial results come from; taken once
};

} // namespace pinion
