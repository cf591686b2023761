#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include <pinion/actors/actor_status.hpp>
#include <pinion/actors/dispatcher_status.hpp>
#include <pinion/runtime/http/named_arrays.hpp>
#include <pinion/runtime/memory_use.hpp>

namespace pinion {
class node;
}

namespace pinion::http {

/// What a server tells of its node, at one moment. A plain value.
struct node_facts {
  std::string name;
  pid_t pid = 0;
  dispatcher_status pool;
  std::vector<actor_status> actors;
  memory_use memory;
  std::vector<named_arrays::entry> arrays;
  std::size_t connections = 0; ///< of HTTP
};

/// Looks into the store, which may be busy: not on the I/O thread.
node_facts facts_of(node& whose, const named_arrays& names, const dispatcher_status& pool,
                    std::size_t connections);

/// {"node", "pid", "workers", ...} as `pinion ps --json`, and "shm": {"limit", "taken", "reserved", "used",
/// "segments", "blocks"}, "arrays": [{"name", "dtype", "shape", "bytes"}], "http": {"connections"}; in one
/// line.
std::string facts_json(const node_facts& what);

} // namespace pinion::http
