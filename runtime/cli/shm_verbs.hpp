// The verbs below `pinion shm`.
#pragma once

#include <vector>

#include <pinion/runtime/cli/verb.hpp>

namespace pinion::cli {

verb add_shm_ls(CLI::App& shm, const common_flags& common);
verb add_shm_why(CLI::App& shm, const common_flags& common);
verb add_shm_gc(CLI::App& shm, const common_flags& common);
verb add_shm_doctor(CLI::App& shm, const common_flags& common);

/// The command `shm` with the above. The last one stands for `shm` without any.
std::vector<verb> add_shm(CLI::App& program, const common_flags& common);

} // namespace pinion::cli
