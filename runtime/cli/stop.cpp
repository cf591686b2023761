// `pinion stop`: ends a running node.
#include <algorithm>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/client.hpp>
#include <pinion/runtime/error.hpp>

namespace pinion::cli {
namespace {

struct stop_request {
  std::vector<std::string> names;
  std::shared_ptr<const config_flags> flags;
};

constexpr auto patience = std::chrono::seconds{10};

// The node's name is free a moment before its process has gone: wait for the process.
void stop_one(const config& settings, const std::string& name) {
  client node(settings, name);
  const auto pid = nlohmann::json::parse(node.status_json()).at("pid").get<pid_t>();
  const descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  bool gone = node.stop(patience);
  if (gone && process) {
    pollfd end{process.get(), POLLIN, 0};
    gone = ::poll(&end, 1, static_cast<int>(std::chrono::milliseconds{patience}.count())) > 0;
  }
  if (!gone)
    raise(runtime_errc::link_failed, "the node '" + name +
                                         "' was asked to end but still runs; end its process with `kill " +
                                         std::to_string(pid) + "`");
}

int stop(const stop_request& asked) {
  if (asked.names.empty())
    throw usage_error("the NAME of a node is missing; `pinion ps` lists yours");
  const auto settings = asked.flags->load().value();
  int result = done;
  for (const auto& name : asked.names)
    try {
      stop_one(settings, name);
    } catch (const std::system_error& problem) {
      // One that cannot be stopped keeps no other running; a wrong name is the worst that can be said.
      complain(problem.what());
      result = problem.code() == runtime_errc::bad_config ? usage : std::max<int>(result, failed);
    }
  return result;
}

} // namespace

verb add_stop(CLI::App& program, const common_flags& common) {
  auto* command = program.add_subcommand("stop", "End running nodes, and wait until they are gone");
  command->footer("Example:\n  pinion stop lab");
  const auto asked = std::make_shared<stop_request>();
  command->add_option("NAME", asked->names, "Names of nodes, as `pinion ps` shows them")->type_name("");
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::lookup, common);
  return {command, asked->flags, [asked] { return stop(*asked); }};
}

} // namespace pinion::cli
