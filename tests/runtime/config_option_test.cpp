#include <doctest/doctest.h>

#include <cstdlib>
#include <ostream>
#include <set>
#include <string>
#include <system_error>

#include <pinion/runtime/config_option.hpp>
#include <pinion/runtime/error.hpp>

using pinion::config;
using pinion::config_option;

namespace {

const config_option& option(const char* name) {
  const auto* found = pinion::find_config_option(name);
  REQUIRE(found != nullptr);
  return *found;
}

config with(const char* name, const std::string& value) {
  config result;
  option(name).set(result, {value}, "here", "/base");
  return result;
}

std::string refusal(const char* name, const std::string& value, const std::string& where = "f.toml:3") {
  config untouched;
  try {
    option(name).set(untouched, {value}, where, "/base");
  } catch (const std::system_error& error) {
    CHECK(error.code() == pinion::runtime_errc::bad_config);
    return error.what();
  }
  return "";
}

} // namespace

TEST_CASE("flags and variables are spelled after the name in the file") {
  CHECK(option("store_limit").flag() == "--store-limit");
  CHECK(option("store_limit").variable() == "PINION_STORE_LIMIT");
  CHECK(option("name").flag() == "--name");
}

TEST_CASE("no two options share a name, and each says what it is") {
  std::set<std::string_view> names;
  for (const auto& row : pinion::config_options()) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.help.empty());
    CHECK_FALSE(row.help.ends_with('.'));
  }
}

TEST_CASE("each kind of value is read into its member") {
  CHECK(with("name", "lab").name == "lab");
  CHECK(with("workers", "3").workers == 3);
  CHECK(with("processors", "0,2-3").processors == std::vector<int>{0, 2, 3});
  CHECK(with("store_limit", "64MiB").store_limit == std::size_t{64} << 20);
  CHECK(with("task_timeout", "1.5s").task_timeout == std::chrono::milliseconds{1500});
  CHECK(with("spin", "-1").spin == -1);
  CHECK(with("log_level", "debug").log_level == "debug");
  CHECK(with("runtime_dir", "/run/x").runtime_dir == "/run/x");
  CHECK(with("array_memory", "memfd").array_memory == pinion::backing::memfd);
  CHECK(with("array_memory", "named").array_memory == pinion::backing::named);
  CHECK(with("huge_pages", "off").huge_pages == pinion::huge_pages::off);
  CHECK(with("memory_placement", "bind:1").memory_placement ==
        pinion::memory_placement{pinion::memory_placement::way::bind, {1}});
  for (const char* yes : {"true", "1", "yes", "on"})
    CHECK(with("default_kernels", yes).default_kernels);
  for (const char* no : {"false", "0", "no", "off"})
    CHECK_FALSE(with("default_kernels", no).default_kernels);
}

TEST_CASE("relative paths start where the value was written") {
  CHECK(with("runtime_dir", "run").runtime_dir == "/base/run");
  CHECK(with("load", "./mine.so").load == std::vector<std::string>{"/base/mine.so"});
  CHECK(with("load", "/x/mine.so").load == std::vector<std::string>{"/x/mine.so"});
}

TEST_CASE(
    "a plug-in named without a slash that is no file stays a name, to be looked for beside the library") {
  CHECK(with("load", "mine.so").load == std::vector<std::string>{"mine.so"});
}

TEST_CASE("a bad value is refused with its place, what was expected and what came") {
  CHECK(refusal("workers", "many") ==
        "f.toml:3: workers: expected a whole number from 0 to 4096, got \"many\"");
  CHECK(refusal("workers", "4097", "--workers") ==
        "--workers: expected a whole number from 0 to 4096, got \"4097\"");
  CHECK(refusal("workers", "-1", "PINION_WORKERS").starts_with("PINION_WORKERS: expected"));
  CHECK(refusal("log_level", "warn").ends_with(" (did you mean `warning`?)"));
}

TEST_CASE("where an option takes words, a refusal lists them and guesses which was meant") {
  CHECK(refusal("array_memory", "memdf") ==
        "f.toml:3: array_memory: expected auto, named or memfd, got \"memdf\" (did you mean `memfd`?)");
  CHECK(refusal("huge_pages", "yes", "--huge-pages") == "--huge-pages: expected auto or off, got \"yes\"");
  CHECK(refusal("memory_placement", "interlave:0,1") ==
        "f.toml:3: memory_placement: expected first-touch, interleave, interleave:NODES or bind:NODES with "
        "NUMA "
        "nodes such as 0,2-3, got \"interlave:0,1\" (did you mean `interleave`?)");
  CHECK(refusal("memory_placement", "bind", "PINION_MEMORY_PLACEMENT") ==
        "PINION_MEMORY_PLACEMENT: expected bind:NODES with NUMA nodes such as 0,2-3, got \"bind\"");
}

TEST_CASE("every option refuses what it cannot use") {
  for (const char* value : {"", "1.5", "0x2", "1 ", "99999999999999999999"})
    CHECK(refusal("workers", value) != "");
  CHECK(refusal("name", "a/b") != "");
  CHECK(refusal("processors", "0-") != "");
  CHECK(refusal("load", "") != "");
  CHECK(refusal("default_kernels", "maybe") != "");
  CHECK(refusal("store_limit", "lots") != "");
  CHECK(refusal("task_timeout", "5") != "");
  CHECK(refusal("task_timeout", "1us") != "");
  CHECK(refusal("max_queue", "0") != "");
  CHECK(refusal("spin", "-2") != "");
  CHECK(refusal("worker_nice", "20") != "");
  CHECK(refusal("runtime_dir", "") != "");
}

TEST_CASE("a value with control characters is named in one line") {
  CHECK(refusal("workers", "1\n2").find('\n') == std::string::npos);
}
