#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include <pinion/shm/segment_name.hpp>

namespace pinion::test {

/// The segments in /dev/shm that one process owns, by its id.
inline std::vector<std::string> shm_left(pid_t pid = ::getpid()) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(shm_directory)) {
    auto text = '/' + entry.path().filename().string();
    if (auto name = parse_segment_name(text); name && name->owner.pid == pid)
      names.push_back(text);
  }
  return names;
}

/// Declared first in a test, it proves at the end that the test has left nothing of this process.
struct nothing_left {
  nothing_left() { CHECK_MESSAGE(shm_left().empty(), "an earlier test left segments"); }
  ~nothing_left() {
    for (const auto& name : shm_left())
      FAIL_CHECK("left in /dev/shm: " << name);
  }
};

} // namespace pinion::test
