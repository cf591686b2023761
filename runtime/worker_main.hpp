#pragma once

namespace pinion {

/// In a process that a node started as a worker: runs the worker and does not return; it ends with the node,
/// or when the node sends it home. In any other process: does nothing. Call it first thing in main, before
/// threads and before arguments are read; a node does it too, for programs that do not.
void run_worker_if_asked();

} // namespace pinion
