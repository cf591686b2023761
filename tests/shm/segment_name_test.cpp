#include <pinion/shm/segment_name.hpp>

#include <atomic>
#include <doctest/doctest.h>
#include <limits>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "support/child.hpp"

using namespace pinion;
using namespace pinion::test;

TEST_CASE("a segment's name can be read back") {
  segment_name name{{1000, "b7007463", 4829, 79307}, 12};
  CHECK(to_string(name) == "/pinion-1000-b7007463-4829-79307-12");
  CHECK(parse_segment_name(to_string(name)) == name);
}

TEST_CASE("the name of memory without a name says where its owner has it open") {
  segment_name name{{1000, "b7007463", 4829, 79307}, 12, 7};
  CHECK(to_string(name) == "/pinion-1000-b7007463-4829-79307-12-fd7");
  CHECK(parse_segment_name(to_string(name)) == name);
  CHECK(path_of(to_string(name)) == "/proc/4829/fd/7");
}

TEST_CASE("the longest name fits and is still read") {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  // Process ids have 22 bits on Linux.
  segment_name name{{std::numeric_limits<std::uint32_t>::max(), "ffffffff", 4194304, most},
                    most,
                    std::numeric_limits<std::uint32_t>::max()};
  CHECK(to_string(name).size() <= 96);
  CHECK(parse_segment_name(to_string(name)) == name);
}

TEST_CASE("only the exact spelling of a name is taken") {
  for (const char* text : {"",
                           "/",
                           "/pinion-",
                           "pinion-1000-b7007463-4829-79307-12",
                           "/pinion-1000-b7007463-4829-79307",
                           "/pinion-1000-b7007463-4829-79307-",
                           "/pinion-1000-b7007463-4829-79307-12-",
                           "/pinion-1000-b7007463-4829-79307-12 ",
                           "/pinion-1000-b7007463-4829-79307-12-fd",
                           "/pinion-1000-b7007463-4829-79307-12-fd-1",
                           "/pinion-1000-b7007463-4829-79307-12-fd07",
                           "/pinion-1000-b7007463-4829-79307-12-7",
                           "/pinion-1000-b7007463-4829-79307-12-fd7-fd8",
                           "/pinion-1000-b7007463-4829-79307-12-fd4294967296",
                           "/pinion-01000-b7007463-4829-79307-12",
                           "/pinion-+1000-b7007463-4829-79307-12",
                           "/pinion--1-b7007463-4829-79307-12",
                           "/pinion-1000-B7007463-4829-79307-12",
                           "/pinion-1000-b700746-4829-79307-12",
                           "/pinion-1000-b7007463-0-79307-12",
                           "/pinion-1000-b7007463--4829-79307-12",
                           "/pinion-4294967296-b7007463-4829-79307-12",
                           "/pinion-1000-b7007463-4829-79307-99999999999999999999",
                           "/pinion-1000-../../..-4829-79307-12",
                           "/pinion-1000-b7007463-4829-79307-0x1",
                           "/Pinion-1000-b7007463-4829-79307-12"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_segment_name(text));
  }
  using namespace std::string_view_literals;
  CHECK_FALSE(parse_segment_name("/pinion-1000-b7007463-4829-79307-12\0"sv));
  CHECK_FALSE(parse_segment_name(std::string(10000, '7')));
}

TEST_CASE("this process is alive, with its start time and no other") {
  auto self = this_owner();
  CHECK(self.pid == ::getpid());
  CHECK(owner_alive(self));
  self.start += 1;
  CHECK_FALSE(owner_alive(self));
}

TEST_CASE("an owner of another boot is dead, whatever its id") {
  auto self = this_owner();
  self.boot = self.boot == "00000000" ? "00000001" : "00000000";
  CHECK_FALSE(owner_alive(self));
}

TEST_CASE("an id that no process can have is dead") {
  auto self = this_owner();
  self.pid = std::int64_t{1} << 40;
  CHECK_FALSE(owner_alive(self));
}

TEST_CASE("a zombie owner is dead before anybody has waited for it") {
  child process([] {
    auto self = this_owner();
    child::say(std::to_string(self.start));
  });
  auto owner = this_owner();
  owner.pid = process.pid();
  owner.start = std::stoull(process.line());
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(process.pid()), &ended, WEXITED | WNOWAIT) == 0);
  CHECK_FALSE(owner_alive(owner));
  CHECK(process.wait() == 0);
  CHECK_FALSE(owner_alive(owner));
}

TEST_CASE("an owner may end while it is looked at") {
  auto owner = this_owner();
  for (int i = 0; i < 500; ++i) {
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0)
      ::_exit(0);
    owner.pid = static_cast<std::uint32_t>(child);
    std::atomic<bool> gone{false}; // written by the thread that waits
    std::thread waits([&] {
      ::waitpid(child, nullptr, 0);
      gone = true;
    });
    while (!gone)
      CHECK_NOTHROW(owner_alive(owner));
    waits.join();
    CHECK_FALSE(owner_alive(owner));
  }
}
