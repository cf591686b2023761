#include <pinion/runtime/cli/program.hpp>

#include <exception>
#include <new>
#include <vector>

#include <unistd.h>

#include <pinion/actors/error.hpp>
#include <pinion/runtime/cli/interrupted.hpp>
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/shm_verbs.hpp>
#include <pinion/runtime/cli/stray_variables.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/usage_text.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/error.hpp>

namespace pinion::cli {
namespace {

constexpr const char* about = "Runs numeric kernels in pinned worker processes that share arrays.";

constexpr const char* examples = R"(Examples:
  pinion call fib 30
  pinion run examples/scenarios/four_ways.toml
  pinion node --name lab --workers 4

Every option of the configuration can also be given as a variable (PINION_WORKERS=4) or in a file (workers = 4).
`pinion VERB --help` says more about a verb.)";

constexpr const char* version_text = "pinion " PINION_VERSION "\n";

// Wrong usage that shows only once a node has looked at it.
bool is_usage(const std::error_code& code) {
  return code == runtime_errc::bad_config || code == runtime_errc::scenario_error ||
         code == actor_errc::unknown_kernel || code == actor_errc::bad_arguments;
}

int dump(const config_flags& flags) {
  print(flags.load().dump());
  return done;
}

int act(const std::vector<verb>& verbs, const config_flags& common) {
  for (const auto& verb : verbs)
    if (verb.command->parsed())
      return verb.flags && verb.flags->dump_asked() ? dump(*verb.flags) : verb.act();
  if (common.dump_asked())
    return dump(common);
  complain("a verb is missing, such as `pinion call fib 30`; see `pinion --help`");
  return usage;
}

// CLI11 takes the next word for the value that is missing behind the sign.
void refuse_bare_equals(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word(argv[i]);
    if (word == "--")
      return;
    if (word.starts_with("--") && word.ends_with("=") && word.find('=') == word.size() - 1)
      throw usage_error(std::string(word) + ": a value must follow; an empty one is written as " +
                        std::string(word.substr(0, word.size() - 1)) + " ''");
  }
}

int parse_and_act(int argc, const char* const* argv) {
  refuse_bare_equals(argc, argv);
  for (const auto& stray : stray_variables(environ))
    complain(stray);
  CLI::App program(about, "pinion");
  program.footer(examples);
  program.set_version_flag("--version", version_text);
  const auto common = std::make_shared<config_flags>(program, config_flags::scope::common);
  std::vector<verb> verbs{
      add_run(program, common),     add_call(program, common), add_node(program, common),
      add_kernels(program, common), add_ps(program, common),   add_stop(program, common),
      add_version(program, common),
  };
  for (auto* more : {add_pool, add_shm})
    for (auto& each : more(program, common))
      verbs.push_back(std::move(each));
  program.require_subcommand(0, 1);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto& given = given_command(program);
    // `pinion ls --help`: the help of something else would hide the mistake.
    if (const auto words = program.remaining(true); takes_verbs(given) && !words.empty()) {
      complain(usage_text(program, CLI::ExtrasError(words)));
      return usage;
    }
    print(&given == &program ? program.help() : given.help(path_to(*given.get_parent())));
    return done;
  } catch (const CLI::CallForVersion&) {
    print(version_text);
    return done;
  } catch (const CLI::ParseError& problem) {
    complain(usage_text(program, problem));
    return usage;
  }
  return act(verbs, *common);
}

} // namespace

int run_program(int argc, const char* const* argv) {
  prepare_standard_streams();
  try {
    return parse_and_act(argc, argv);
  } catch (const usage_error& problem) {
    complain(problem.what());
    return usage;
  } catch (const interrupted& problem) {
    complain(problem.what());
    return problem.exit_code();
  } catch (const output_error& problem) {
    if (*problem.what() != '\0')
      complain(problem.what());
    return failed;
  } catch (const std::bad_alloc&) {
    complain("out of memory");
    return failed;
  } catch (const std::system_error& problem) {
    complain(problem.what());
    return is_usage(problem.code()) ? usage : failed;
  } catch (const std::exception& problem) {
    complain(problem.what());
    return failed;
  }
}

} // namespace pinion::cli
