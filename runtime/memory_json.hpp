#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include <pinion/actors/task_claim.hpp>
#include <pinion/runtime/array_stand.hpp>
#include <pinion/shm/array_list.hpp>

namespace pinion {

/// What a node knows of its shared memory, at one moment.
struct memory_facts {
  std::string node;
  pid_t pid = 0;
  std::uint64_t limit = 0; ///< bytes, 0 = none
  std::uint64_t taken = 0; ///< bytes of arrays and results
  array_list arrays;       ///< of the store
  array_list results;      ///< that kernels made
  std::vector<published_array> published;
  std::vector<task_claim> claims;
  bool more_claims = false;
  std::chrono::steady_clock::time_point now;
};

/// No node tells of more arrays at a time, however many are asked for: some hundred bytes each.
inline constexpr std::size_t most_told = 1000;

/// {"node": "lab", "pid": 7, "limit": 0, "taken": 1048576, "arrays": [{"segment": "/pinion-...", "offset":
///  4096, "bytes": 8000, "kind": "array", "type": "float64", "shape": [1000], "label": "prices.npy", "age_s":
///  1.5, "handles": 2, "tasks": [{"task": 3, "kernel": "dot", "right": "read", "state": "runs", "worker":
///  0}], "published": [{"name": "prices", "writable": false, "withdrawn": false, "attached": [{"pid": 9,
///  "age_s": 0.5}]}]}], "more_arrays": 0, "more_bytes": 0, "more_tasks": false}
/// Kinds are array and result; what is published and lies in no array that is shown is not told of.
std::string memory_json(const memory_facts& what);

} // namespace pinion
