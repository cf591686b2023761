#include <pinion/runtime/scenario/progress.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

TEST_CASE("scenario progress: nothing is written where nobody looks on") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  {
    pinion::scenario::progress sut(ends[1]);
    CHECK_FALSE(sut.shown());
    sut.show("half way", true);
  }
  ::close(ends[1]);
  char byte = 0;
  CHECK(::read(ends[0], &byte, 1) == 0);
  ::close(ends[0]);
}
