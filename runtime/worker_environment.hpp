#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pinion/runtime/worker_process.hpp>

namespace pinion {

/// The descriptors that every worker inherits, by number.
namespace worker_fd {
constexpr int link = 3;
constexpr int page = 4;
constexpr int node = 5; ///< the node's pidfd
constexpr int ledger = 6;
constexpr int stream = 7; ///< for partial results
constexpr int first_free = 8;
} // namespace worker_fd

/// The variable that makes a program a worker.
constexpr const char* worker_variable = "PINION_WORKER_ORDER";

/// This process's variables, "NAME=value". Not beside a setenv(3) on another thread.
std::vector<std::string> own_environment();

/// The environment of a worker: the given one, the order in PINION_WORKER_ORDER, and as many threads for BLAS
/// and OpenMP as it has processors, where the user has not said otherwise.
std::vector<std::string> worker_environment(const worker_order& order, const std::vector<std::string>& from);

/// The order in this process's environment, which it is taken out of, so that what the worker starts itself
/// is no worker; nothing if there is none. Throws runtime_errc::cannot_start_worker for a malformed one.
std::optional<worker_order> take_worker_order();

} // namespace pinion
