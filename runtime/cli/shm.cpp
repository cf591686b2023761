// `pinion shm`: the verbs about shared memory.
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/shm_verbs.hpp>
#include <pinion/runtime/cli/usage_error.hpp>

namespace pinion::cli {

std::vector<verb> add_shm(CLI::App& program, const common_flags& common) {
  auto* command = program.add_subcommand("shm", "Look at shared memory: what lies there, why, is all well");
  command->footer(
      "Examples:\n  pinion shm ls\n  pinion shm why prices\n  pinion shm gc --dry-run\n  pinion shm "
      "doctor\n\n`pinion shm VERB --help` says more about a verb.");
  command->require_subcommand(0, 1);
  return {add_shm_ls(*command, common),
          add_shm_why(*command, common),
          add_shm_gc(*command, common),
          add_shm_doctor(*command, common),
          // After the others: it has been parsed with each of them.
          {command, nullptr, [] {
             complain("shm: a verb is missing: ls, why, gc or doctor; see `pinion shm --help`");
             return static_cast<int>(usage);
           }}};
}

} // namespace pinion::cli
