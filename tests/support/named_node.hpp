#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <support/process.hpp>

namespace pinion::test {

namespace fs = std::filesystem;

inline const std::string program = std::string(PINION_BUILD_DIR) + "/bin/pinion";

/// A folder for node names, so that test runs side by side do not meet.
struct own_names {
  fs::path folder = fs::temp_directory_path() / ("pinion-names-" + std::to_string(::getpid()));
  std::vector<std::string> environment{"PINION_RUNTIME_DIR=" + folder.string()};
  own_names() { fs::remove_all(folder); }
  ~own_names() { fs::remove_all(folder); }
};

/// `pinion node`, ready; killed at the end.
struct running_node {
  explicit running_node(const own_names& names, const std::string& name, const std::string& workers = "2")
      : running_node(names, {program, "node", "--name", name, "--workers", workers}) {}
  running_node(const own_names& names, const std::vector<std::string>& command)
      : node(command, names.environment) {
    REQUIRE_MESSAGE(eventually([&] { return node.out().find("ready") != std::string::npos; }), node.err());
    workers_ = children_of(node.pid());
  }
  process node;
  std::vector<pid_t> workers_;
};

/// `pinion` with these words; gives its exit code.
inline int run(std::vector<std::string> arguments, const own_names& names, std::string* out = nullptr,
               std::string* err = nullptr) {
  arguments.insert(arguments.begin(), program);
  process one(arguments, names.environment);
  const auto code = one.wait();
  if (out != nullptr)
    *out = one.out();
  if (err != nullptr)
    *err = one.err();
  return code;
}

} // namespace pinion::test
