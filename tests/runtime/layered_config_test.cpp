#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <system_error>

#include <pinion/runtime/config_file.hpp>
#include <pinion/runtime/config_option.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/layered_config.hpp>

using pinion::config_setting;
using pinion::layered_config;

namespace {

// A home directory and variables of its own.
struct house {
  house() { std::filesystem::create_directories(home / ".config/pinion"); }
  house(const house&) = delete;
  house& operator=(const house&) = delete;
  ~house() { std::filesystem::remove_all(home); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(home / name) << text;
    return home / name;
  }

  layered_config load(const std::vector<config_setting>& flags = {},
                      const std::optional<std::filesystem::path>& file = std::nullopt) const {
    return layered_config::load(flags, file, [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional{found->second};
    });
  }

  std::filesystem::path home =
      std::filesystem::temp_directory_path() / ("pinion-layered-config-test-" + std::to_string(::getpid()));
  std::map<std::string, std::string> variables{{"HOME", home.string()}};
};

config_setting flag(const std::string& option, const std::string& value) {
  return {option, {value}, "--" + option, "/base"};
}

} // namespace

TEST_CASE("flags stand over variables over the file over defaults") {
  house sut;
  const auto file = sut.write(".config/pinion/pinion.toml", "workers = 2\nname = 'file'\ngrace = '3s'\n");
  sut.variables["PINION_WORKERS"] = "3";
  sut.variables["PINION_NAME"] = "variable";
  const auto result = sut.load({flag("workers", "4")});
  CHECK(result.value().workers == 4);
  CHECK(result.where("workers") == "--workers");
  CHECK(result.value().name == "variable");
  CHECK(result.where("name") == "PINION_NAME");
  CHECK(result.value().grace == std::chrono::seconds{3});
  CHECK(result.where("grace") == file.string() + ":3");
  CHECK(result.value().max_queue == 100000);
  CHECK(result.where("max_queue") == "default");
}

TEST_CASE(
    "the file that a flag names stands for the one that a variable names, and that for the one in the home") {
  house sut;
  sut.write(".config/pinion/pinion.toml", "workers = 1\n");
  CHECK(sut.load().value().workers == 1);
  sut.variables["PINION_CONFIG"] = sut.write("variable.toml", "workers = 2\n").string();
  CHECK(sut.load().value().workers == 2);
  CHECK(sut.load({}, sut.write("flag.toml", "workers = 3\n")).value().workers == 3);
}

TEST_CASE("a named file must exist, the one in the home need not") {
  house sut;
  CHECK_NOTHROW(sut.load());
  CHECK_THROWS_AS(sut.load({}, sut.home / "none.toml"), std::system_error);
  sut.variables["PINION_CONFIG"] = (sut.home / "none.toml").string();
  CHECK_THROWS_AS(sut.load(), std::system_error);
}

TEST_CASE("XDG_CONFIG_HOME stands for ~/.config") {
  house sut;
  std::filesystem::create_directories(sut.home / "xdg/pinion");
  sut.write("xdg/pinion/pinion.toml", "workers = 7\n");
  sut.variables["XDG_CONFIG_HOME"] = (sut.home / "xdg").string();
  CHECK(sut.load().value().workers == 7);
}

TEST_CASE("without any variable there are the defaults") {
  house sut;
  sut.variables.clear();
  CHECK(sut.load().value().workers == 0);
}

TEST_CASE("an empty variable counts as not set") {
  house sut;
  sut.variables["PINION_WORKERS"] = "";
  sut.variables["PINION_CONFIG"] = "";
  CHECK(sut.load().where("workers") == "default");
}

TEST_CASE("plug-ins in a variable have colons between them, and a higher layer replaces them all") {
  house sut;
  sut.variables["PINION_LOAD"] = "/a.so:/b.so";
  CHECK(sut.load().value().load == std::vector<std::string>{"/a.so", "/b.so"});
  CHECK(sut.load({flag("load", "/c.so")}).value().load == std::vector<std::string>{"/c.so"});
}

TEST_CASE("a bad variable is refused by its name") {
  house sut;
  sut.variables["PINION_GRACE"] = "soon";
  CHECK_THROWS_WITH(sut.load(),
                    "PINION_GRACE: expected a time with its unit in whole milliseconds, such as 250ms, "
                    "10s or 2min, got \"soon\"");
}

TEST_CASE("a dump says where each value came from and gives the same configuration when it is read") {
  house sut;
  sut.write(".config/pinion/pinion.toml", "grace = '3s'\nload = ['/a \"b\".so', '/c.so']\nprocessors = [1, "
                                          "2, 3]\nmemory_placement = 'interleave:0,2'\n");
  sut.variables["PINION_STORE_LIMIT"] = "1.5GiB";
  sut.variables["PINION_ARRAY_MEMORY"] = "memfd";
  const auto before = sut.load({flag("workers", "4"), flag("default_kernels", "no")});
  const auto text = before.dump();
  CHECK(text.find("store_limit = \"1536MiB\"") != std::string::npos);
  CHECK(text.find("array_memory = \"memfd\" ") != std::string::npos);
  CHECK(text.find("memory_placement = \"interleave:0,2\" ") != std::string::npos);
  CHECK(text.find("huge_pages = \"auto\" ") != std::string::npos);
  CHECK(text.find("# PINION_STORE_LIMIT\n") != std::string::npos);
  CHECK(text.find("# --workers\n") != std::string::npos);
  CHECK(text.find("# default\n") != std::string::npos);

  house other;
  const auto after = other.load({}, other.write("dumped.toml", text));
  for (const auto& option : pinion::config_options()) {
    CHECK(option.toml(after.value()) == option.toml(before.value()));
    CHECK(after.where(option.name) != "default");
  }
}
