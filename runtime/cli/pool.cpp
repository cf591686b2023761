// `pinion pause`, `resume`, `drain` and `resize`: the workers of a running node.
#include <optional>

#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/client.hpp>
#include <pinion/runtime/duration_text.hpp>
#include <pinion/runtime/pool_size.hpp>

namespace pinion::cli {
namespace {

struct pool_request {
  std::string name;
  std::optional<long> workers;
  std::string timeout;
  std::shared_ptr<const config_flags> flags;
};

std::optional<std::chrono::nanoseconds> patience_of(const pool_request& asked) {
  if (asked.timeout.empty())
    return std::nullopt;
  const auto patience = parse_duration(asked.timeout);
  if (!patience)
    throw usage_error("--timeout " + asked.timeout +
                      ": expected a time with its unit, such as 250ms, 10s or 2min");
  return patience;
}

client node_of(const pool_request& asked) {
  if (asked.name.empty())
    throw usage_error("the NAME of a node is missing; `pinion ps` lists yours");
  return {asked.flags->load().value(), asked.name};
}

using take_more = void (*)(CLI::App& command, pool_request& asked);
using act = void (*)(const pool_request& asked);

struct pool_verb {
  const char* name;
  const char* what;
  const char* more;
  take_more options; ///< beside NAME; null: none
  act how;
};

verb add(CLI::App& program, const common_flags& common, const pool_verb& one) {
  auto* command = program.add_subcommand(one.name, one.what);
  command->footer(one.more);
  const auto asked = std::make_shared<pool_request>();
  command->add_option("NAME", asked->name, "Name of the node, as `pinion ps` shows it")->type_name("");
  if (one.options != nullptr)
    one.options(*command, *asked);
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::lookup, common);
  return {command, asked->flags, [asked, how = one.how] {
            how(*asked);
            return static_cast<int>(done);
          }};
}

void take_workers(CLI::App& command, pool_request& asked) {
  command.add_option("WORKERS", asked.workers, "How many workers it is to have")->type_name("");
}

void take_timeout(CLI::App& command, pool_request& asked) {
  command.add_option("--timeout", asked.timeout, "Wait for so long at the most")->type_name("TIME");
}

void pause(const pool_request& asked) { node_of(asked).pause(); }

void resume(const pool_request& asked) { node_of(asked).resume(); }

void drain(const pool_request& asked) {
  const auto patience = patience_of(asked);
  node_of(asked).drain(patience);
}

void resize(const pool_request& asked) {
  auto node = node_of(asked);
  if (!asked.workers)
    throw usage_error("how many WORKERS is missing, such as `pinion resize " + asked.name + " 4`");
  if (*asked.workers < 1 || *asked.workers > most_workers)
    throw usage_error("a pool of " + std::to_string(*asked.workers) + " workers cannot be; expected 1 to " +
                      std::to_string(most_workers));
  node.resize(static_cast<std::size_t>(*asked.workers));
}

} // namespace

std::vector<verb> add_pool(CLI::App& program, const common_flags& common) {
  return {
      add(program, common,
          {"pause", "Let a node take tasks in, and hand none to its workers",
           "Example:\n  pinion pause lab\n\nWhat runs goes on, and deadlines hold. `pinion resume lab` ends "
           "it.",
           nullptr, pause}),
      add(program, common,
          {"resume", "Let a node go on that was paused or drained", "Example:\n  pinion resume lab", nullptr,
           resume}),
      add(program, common,
          {"drain", "Let a node take no new task, and wait until it has done those it has",
           "Examples:\n  pinion drain lab && pinion stop lab\n  pinion drain lab --timeout 30s\n\nNew tasks "
           "are "
           "refused (draining) until `pinion resume lab`. Exit code 1 when the time is over first; the\nnode "
           "goes on draining.",
           take_timeout, drain}),
      add(program, common,
          {"resize", "Give a running node more or fewer workers",
           "Example:\n  pinion resize lab 4\n\nThose that leave finish what they have; the processors are "
           "divided "
           "anew.",
           take_workers, resize})};
}

} // namespace pinion::cli
