#include <pinion/runtime/config.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include <pinion/runtime/config_arguments.hpp>
#include <pinion/runtime/layered_config.hpp>

namespace pinion {

config config::from(int argc, const char* const* argv) {
  const auto given = config_arguments::read(argc, argv);
  return layered_config::load(given.settings, given.file).value();
}

std::filesystem::path config::default_runtime_dir() {
  // The variable outlives its directory under su and sudo: the next user must not be led to it.
  if (const auto text = process_variable("XDG_RUNTIME_DIR"); text && text->starts_with('/')) {
    struct stat facts {};
    if (::stat(text->c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == ::geteuid())
      return std::filesystem::path(*text) / "pinion";
  }
  return "/tmp/pinion-" + std::to_string(::geteuid());
}

} // namespace pinion
