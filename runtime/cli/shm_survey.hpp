// What there is in shared memory, and who holds it.
#pragma once

#include <nlohmann/json.hpp>

#include <pinion/runtime/config.hpp>
#include <pinion/shm/array_list.hpp>

namespace pinion::cli {

/// All that can be found out from outside, and what this user's nodes say of what lies in their segments:
///
/// {"segments": [{"name": "/pinion-...", "kind": "named", "state": "alive", "size": 1048576, "taken":
/// 1048576,
///   "age_s": 12.5, "owner": {"pid": 7, "program": "pinion node --name lab", "called_by_name": true}, "node":
///   "lab", "users": [{"pid": 7, "program": "...", "bytes": 1048576}], "arrays": [as in memory_json.hpp, and
///   a "program" beside each "pid" of "attached"]}],
///  "unnamed": [{"name": "/pinion-...", "bytes": 1048576, "users": [...]}],
///  "nodes": [{"node": "lab", "pid": 7, "called_by_name": true, "answers": true, "why": "", "more_arrays": 0,
///  "more_bytes": 0}], "others": {"segments": 0, "taken": 0}, "intruders": []}
///
/// States are alive, dead, elsewhere and strange (segment_list.hpp). "arrays" is null where nobody can be
/// asked. "called_by_name" where `pinion call` and `pinion stop` reach the node. "unnamed" are segments that
/// lost their name while somebody has them mapped. A node that is stopped is not waited for, one that is
/// stuck 2 s at most.
nlohmann::ordered_json survey(const config& settings, const array_query& which);

} // namespace pinion::cli
