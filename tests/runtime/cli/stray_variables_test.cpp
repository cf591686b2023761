#include <doctest/doctest.h>

#include <pinion/runtime/cli/stray_variables.hpp>

using pinion::cli::stray_variables;

TEST_CASE("a variable that is spelled nearly like a setting is told, with the setting") {
  const char* variables[] = {"PINION_WORKER=3", "PINION_WORKERS=3", "PINION_CONFIG=x", "HOME=/", nullptr};
  const auto lines = stray_variables(variables);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "PINION_WORKER is no setting (did you mean `PINION_WORKERS`?)");
}

TEST_CASE("a variable of somebody else's is left alone") {
  const char* variables[] = {"PINION_BIRDS_OF_A_FEATHER=1",
                             "WORKER=2",
                             "PINIONWORKERS=2",
                             "PINION_SHM=1",
                             "PINION_HOME=/",
                             "PINION_NODE=x",
                             "PINION_DEMO=1",
                             "PINION_BUILD_DIR=/",
                             "PINION_=1",
                             nullptr};
  CHECK(stray_variables(variables).empty());
  CHECK(stray_variables(nullptr).empty());
}
