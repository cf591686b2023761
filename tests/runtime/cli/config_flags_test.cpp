#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <pinion/runtime/cli/config_flags.hpp>
#include <pinion/runtime/config_option.hpp>

using pinion::cli::config_flags;

namespace {

// A program with one verb, `go`, that takes words.
struct program {
  void parse(std::vector<std::string> line) {
    std::reverse(line.begin(), line.end()); // as CLI11 wants it
    app.parse(std::move(line));
  }

  CLI::App app{"", "program"};
  std::shared_ptr<config_flags> common = std::make_shared<config_flags>(app, config_flags::scope::common);
  CLI::App* go = app.add_subcommand("go");
  config_flags flags{*go, config_flags::scope::node, common};
  std::vector<std::string> words;
  CLI::Option* positional = go->add_option("words", words);
};

} // namespace

TEST_CASE("every option of the configuration is a flag") {
  for (const auto& option : pinion::config_options()) {
    program sut;
    const bool truth = option.type == pinion::config_option::kind::truth;
    sut.parse({"go", truth ? option.flag() + "=x" : option.flag(), truth ? "word" : "x"});
    REQUIRE(sut.flags.settings().size() == 1);
    CHECK(sut.flags.settings()[0].option == option.name);
    CHECK(sut.flags.settings()[0].where == option.flag());
  }
}

TEST_CASE("a flag takes one value and leaves the next word to the verb") {
  program sut;
  sut.parse({"go", "--load", "a.so", "x", "--load=b.so", "--workers", "1", "y", "--workers", "2", "-3"});
  CHECK(sut.words == std::vector<std::string>{"x", "y", "-3"});
  REQUIRE(sut.flags.settings().size() == 2);
  CHECK(sut.flags.settings()[0].values == std::vector<std::string>{"2"});
  CHECK(sut.flags.settings()[1].values == std::vector<std::string>{"a.so", "b.so"});
}

TEST_CASE("default kernels can be switched off by a plain flag") {
  program sut;
  sut.parse({"go", "--no-default-kernels"});
  CHECK(sut.flags.settings()[0].values == std::vector<std::string>{"false"});
  program other;
  other.parse({"go", "--default-kernels", "word"});
  CHECK(other.flags.settings()[0].values == std::vector<std::string>{"true"});
  CHECK(other.words == std::vector<std::string>{"word"});
}

TEST_CASE("flags before the verb count, and those behind it stand above them") {
  program sut;
  sut.parse({"--workers", "1", "--grace", "2s", "go", "--workers", "3"});
  const auto result = pinion::layered_config::load(sut.flags.settings(), std::nullopt,
                                                   [](const std::string&) { return std::nullopt; });
  CHECK(result.value().workers == 3);
  CHECK(result.value().grace == std::chrono::seconds{2});
}

TEST_CASE("a verb that only talks to nodes has no flags for workers") {
  CLI::App app{"", "program"};
  const config_flags sut(app, config_flags::scope::lookup);
  CHECK_THROWS_AS(app.parse("--workers 3"), CLI::ExtrasError);
  app.parse("--runtime-dir /run/x");
  CHECK(sut.settings().size() == 1);
}
