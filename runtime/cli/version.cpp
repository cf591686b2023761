// `pinion version`
#include <caf/config.hpp>

#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/json_value.hpp>

namespace pinion::cli {
namespace {

// CAF 0.17.6 says 1706.
std::string caf_version() {
  return std::to_string(CAF_VERSION / 10000) + "." + std::to_string(CAF_VERSION / 100 % 100) + "." +
         std::to_string(CAF_VERSION % 100);
}

} // namespace

verb add_version(CLI::App& program, const common_flags&) {
  auto* command =
      program.add_subcommand("version", "Print the versions of pinion and of what it is built on");
  command->footer("Example:\n  pinion version --json");
  const auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  return {command, nullptr, [as_json] {
            const std::string own = PINION_VERSION;
            if (*as_json)
              print(json_text({{"pinion", own}, {"caf", caf_version()}, {"compiler", __VERSION__}}));
            else
              print("pinion " + own + " (CAF " + caf_version() + ", g++ " __VERSION__ ")\n");
            return static_cast<int>(done);
          }};
}

} // namespace pinion::cli
