#pragma once

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

namespace pinion::test {

/// Debian's Python, for which Debian's NumPy is; another one on the PATH may have none.
inline const std::string python = "/usr/bin/python3";

/// False, and the test says so, where NumPy is missing.
inline bool has_numpy() {
  static const bool has = std::system((python + " -c 'import numpy' 2>/dev/null").c_str()) == 0;
  if (!has)
    MESSAGE("skipped: the package python3-numpy is missing");
  return has;
}

} // namespace pinion::test
