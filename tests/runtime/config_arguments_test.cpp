#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include <pinion/runtime/config_arguments.hpp>
#include <pinion/runtime/error.hpp>

using pinion::config_arguments;

namespace {

config_arguments read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "program");
  return config_arguments::read(static_cast<int>(arguments.size()), arguments.data());
}

std::string refusal(const std::vector<const char*>& arguments) {
  try {
    read(arguments);
  } catch (const std::system_error& error) {
    CHECK(error.code() == pinion::runtime_errc::bad_config);
    return error.what();
  }
  return "";
}

} // namespace

TEST_CASE("only arguments with our prefix are taken, in both spellings") {
  const auto result =
      read({"--workers", "9", "input.txt", "--pinion-workers", "3", "-v", "--pinion-store-limit=1GiB"});
  REQUIRE(result.settings.size() == 2);
  CHECK(result.settings[0].option == "workers");
  CHECK(result.settings[0].values == std::vector<std::string>{"3"});
  CHECK(result.settings[0].where == "--pinion-workers");
  CHECK(result.settings[1].option == "store_limit");
  CHECK(result.settings[1].values == std::vector<std::string>{"1GiB"});
}

TEST_CASE("nothing is taken behind two hyphens") {
  CHECK(read({"--", "--pinion-workers", "3"}).settings.empty());
}

TEST_CASE("plug-ins add up, of other options the last one holds") {
  const auto result =
      read({"--pinion-load", "a.so", "--pinion-workers=1", "--pinion-load=b.so", "--pinion-workers=2"});
  CHECK(result.settings[0].values == std::vector<std::string>{"a.so", "b.so"});
  CHECK(result.settings[1].values == std::vector<std::string>{"2"});
}

TEST_CASE("a configuration file can be named") {
  CHECK(read({"--pinion-config", "x.toml"}).file == "x.toml");
}

TEST_CASE("an unknown option is refused with the nearest one, and a missing value by its option") {
  CHECK(refusal({"--pinion-wrokers", "3"}) ==
        "--pinion-wrokers: there is no such option (did you mean `--pinion-workers`?)");
  CHECK(refusal({"--pinion-workers"}) == "--pinion-workers: a value must follow");
}
