#pragma once

#include <span>
#include <string>

#include <sys/types.h>

#include <pinion/actors/actor_status.hpp>
#include <pinion/actors/dispatcher_status.hpp>
#include <pinion/actors/kernel_registry.hpp>

namespace pinion {

/// {"node": "lab", "pid": 7, "workers": [{"slot": 0, "pid": 8, "state": "idle", "processors": "1", "tasks":
/// 3,
///  "restarts": 0, "running": "", "running_ms": 0.0}], "queued": 0, "sent": 0, "done": 3, "failed": 0,
///  "expired": 0, "actors": [{"name": "model", "behavior": "k_means", "state": "up", "pid": 9, "life": 1,
///  "processors": "0", "waiting": 0, "handled": 5, "failed": 0, "cause": ""}]}
std::string status_json(const std::string& node, pid_t pid, const dispatcher_status& now,
                        std::span<const actor_status> actors = {});

/// [{"name": "dot", "signature": "dot(view<const float64>, view<const float64>) -> float64", "doc": "...",
///   "parameters": [{"kind": "array", "type": "float64", "writable": false}, ...],
///   "result": {"kind": "scalar", "type": "float64"}}]
/// Kinds are scalar, string, array and any_array; a "rank" is there where it is fixed; "result" may be null.
std::string kernels_json(const kernel_registry& kernels);

} // namespace pinion
