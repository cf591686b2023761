// `pinion node`: a node for others, in the foreground.
#include <algorithm>
#include <optional>

#include <pinion/runtime/cli/http_flags.hpp>
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/signal_watch.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/front_desk.hpp>
#include <pinion/runtime/http/server.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/processor_list.hpp>

namespace pinion::cli {
namespace {

using namespace std::chrono_literals;

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// Those that users can call.
std::size_t offered(const kernel_registry& all) {
  const auto known = all.kernels();
  return static_cast<std::size_t>(std::count_if(
      known.begin(), known.end(), [](const registered_kernel& each) { return !each.builtin(); }));
}

// "node lab: 4 workers on processors 0-3, 11 kernels, ready; stop it with `pinion stop lab`"
std::string ready_line(const node& running) {
  const auto status = running.status();
  std::string all;
  for (const auto& worker : status.workers)
    all += (all.empty() ? "" : ",") + worker.processors;
  const auto processors = parse_processors(all).value_or(std::vector<int>{});
  return "node " + running.name() + ": " + counted(status.workers.size(), "worker") + " on processor" +
         (processors.size() == 1 ? " " : "s ") + processors_text(processors) + ", " +
         counted(offered(running.kernels()), "kernel") + ", ready; stop it with `pinion stop " +
         running.name() + "`\n";
}

// Until no worker is on its way, or a signal came. wait_ready() alone would not hear the signal.
std::optional<int> wait_for_workers(node& running, signal_watch& signals) {
  const auto starting = [&] {
    const auto status = running.status();
    return std::any_of(status.workers.begin(), status.workers.end(),
                       [](const auto& worker) { return worker.now == worker_status::state::starting; });
  };
  while (starting())
    if (const auto number = signals.wait_for(5ms))
      return number;
  running.wait_ready(); // throws when all were given up
  return std::nullopt;
}

// Says where, and whether anybody may use it.
std::string open_door(node& running, const http_flags::door_plan& plan) {
  const auto where = running.http().listen(plan.where, plan.how);
  if (!where.loopback() && plan.how.token.empty())
    remark("pinion: anybody who reaches " + where.to_string() +
           " can run kernels here; --http-token FILE lets in only who knows a token\n");
  return "HTTP at http://" + where.to_string() + "\n";
}

int serve(const config_flags& flags, const http_flags& web) {
  signal_watch signals;
  const auto settings = flags.load().value();
  const auto asked = web.door();
  node running(settings);
  const front_desk desk(running, settings.runtime_dir, [&] { signals.wake(); });
  if (wait_for_workers(running, signals))
    return done;
  std::string lines = ready_line(running);
  if (asked)
    lines = open_door(running, *asked) + lines;
  try {
    print(lines);
  } catch (const output_error&) {
    // Nobody reads the line; the node is there for others all the same.
  }
  while (!signals.wait_for(1h))
    ;
  return done;
}

} // namespace

verb add_node(CLI::App& program, const common_flags& common) {
  auto* command = program.add_subcommand("node", "Run a node for others, until Ctrl-C or `pinion stop`");
  command->footer("Examples:\n  pinion node --name lab --workers 4 --load ./libmine.so\n  pinion node --http "
                  "127.0.0.1:8000\n  curl http://127.0.0.1:8000/v1/kernels/fib --json '{\"args\": [25]}'");
  const auto web = std::make_shared<const http_flags>(*command);
  const auto flags = std::make_shared<const config_flags>(*command, config_flags::scope::node, common);
  return {command, flags, [flags, web] { return serve(*flags, *web); }};
}

} // namespace pinion::cli
