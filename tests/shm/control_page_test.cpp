#include <doctest/doctest.h>

#include <cstddef>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <pinion/shm/control_page.hpp>
#include <pinion/shm/error.hpp>

using namespace pinion;

TEST_CASE("control page: the layout is the one that is drawn, and fits its version") {
  struct drawn {
    std::uint64_t magic, version, begun, running, began_ns, stop, progress, finished, fault, taken;
  };
  static_assert(sizeof(drawn) == sizeof(control_block));
  control_page sut;
  sut.block().begun = 1;
  sut.block().running = 2;
  sut.block().began_ns = 3;
  sut.block().stop = 4;
  sut.block().finished = 5;
  sut.block().fault = 6;
  sut.block().taken = 7;
  const auto* raw = reinterpret_cast<const drawn*>(&sut.block());
  CHECK(raw->magic == control_block::magic_value);
  CHECK(raw->version == 3);
  CHECK(raw->begun == 1);
  CHECK(raw->running == 2);
  CHECK(raw->began_ns == 3);
  CHECK(raw->stop == 4);
  CHECK(raw->finished == 5);
  CHECK(raw->fault == 6);
  CHECK(raw->taken == 7);
  CHECK(sut.journal() == reinterpret_cast<std::byte*>(&sut.block()) + 4096);
}

TEST_CASE("control page: what one side writes the other side of the descriptor reads") {
  control_page node_side;
  control_page worker_side(::dup(node_side.fd()));
  worker_side.block().begun.fetch_add(1);
  node_side.block().stop.store(9);
  node_side.journal()[65535] = std::byte{7};
  CHECK(node_side.block().begun.load() == 1);
  CHECK(worker_side.block().stop.load() == 9);
  CHECK(worker_side.journal()[65535] == std::byte{7});
}

TEST_CASE("control page: a descriptor that is none is refused") {
  CHECK_THROWS_AS(control_page(::open("/dev/null", O_RDONLY)), shm_error);
  const int foreign = ::memfd_create("pinion-test", 0);
  REQUIRE(::ftruncate(foreign, 1 << 20) == 0);
  CHECK_THROWS_AS(control_page(::dup(foreign)), shm_error);
  ::close(foreign);
}
