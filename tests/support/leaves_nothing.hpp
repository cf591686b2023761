#pragma once

#include <doctest/doctest.h>

#include <unistd.h>

#include "process.hpp"
#include "shm_left.hpp"

namespace pinion::test {

/// At its end this process has no child left, and no file in /dev/shm is new.
struct leaves_nothing {
  nothing_left shm;
  ~leaves_nothing() { CHECK(children_of(::getpid()).empty()); }
};

} // namespace pinion::test
