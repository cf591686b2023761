#include <pinion/shm/sweep.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/stat.h>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/segment_header.hpp>
#include <pinion/shm/store.hpp>

#include "support/child.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

bool names(const std::vector<swept>& removed, const std::string& segment) {
  return std::any_of(removed.begin(), removed.end(), [&](const swept& s) { return s.segment == segment; });
}

// Any process may sweep at any time, so another one may have been faster.
bool gone(const std::string& segment) { return !std::filesystem::exists(path_of(segment)); }

void make_file(const std::string& segment) {
  descriptor file(::shm_open(segment.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600));
  REQUIRE(file);
}

segment_name of_a_dead_owner(std::uint64_t number) {
  auto owner = this_owner();
  owner.start += 1; // nobody with our id started then
  return {owner, number};
}

} // namespace

TEST_CASE("what a killed owner leaves is swept by the next process, and views of it live on") {
  nothing_left after;
  child owner([] {
    store arrays;
    auto a = arrays.zeros<int>({1000});
    auto big = arrays.zeros<std::uint8_t>({16 << 20});
    a(5) = 7;
    auto ref = a.ref();
    child::say(ref.segment);
    child::say(std::to_string(ref.incarnation));
    child::say(std::to_string(ref.offset));
    ::pause();
  });
  array_ref ref;
  ref.segment = owner.line();
  ref.incarnation = std::stoull(owner.line());
  ref.offset = std::stoull(owner.line());
  ref.type = dtype::int32;
  ref.lay = c_order({1000});
  mapper user;
  auto seen = user.open(ref, access::read).as<const int>();

  CHECK_FALSE(names(sweep_dead_owners(), ref.segment));
  CHECK(shm_left(owner.pid()).size() == 2);
  owner.kill();
  auto removed = sweep_dead_owners();
  CHECK(gone(ref.segment));
  for (const auto& s : removed)
    CHECK((s.segment != ref.segment || (s.owner_pid == owner.pid() && s.size == 1 << 20)));
  CHECK(shm_left(owner.pid()).empty());
  CHECK(seen(5) == 7);
  CHECK(user.prune() == 1);
}

TEST_CASE("an owner killed at any moment leaves nothing that a sweep does not remove") {
  nothing_left after;
  for (int round = 0; round < 20; ++round) {
    child owner([] {
      child::say("ready");
      for (;;) {
        store arrays;
        auto a = arrays.zeros<int>({1000});
        auto b = arrays.zeros<int>({4 << 20});
      }
    });
    REQUIRE(owner.line() == "ready");
    // A different moment each time: as many of our own steps as it takes to make some segments.
    for (int i = 0; i < round; ++i)
      store().zeros<int>({1});
    owner.kill();
    sweep_dead_owners();
    CHECK(shm_left(owner.pid()).empty());
  }
}

TEST_CASE("a zombie's segments are swept before anybody has waited for it") {
  nothing_left after;
  child owner([] {
    store arrays;
    auto a = arrays.zeros<int>({10});
    ::kill(::getpid(), SIGKILL);
  });
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(owner.pid()), &ended, WEXITED | WNOWAIT) == 0);
  sweep_dead_owners();
  CHECK(shm_left(owner.pid()).empty());
}

TEST_CASE("a sweep leaves the segments of the living alone") {
  nothing_left after;
  store mine;
  auto a = mine.zeros<int>({10});
  CHECK_FALSE(names(sweep_dead_owners(), a.ref().segment));
  CHECK(shm_left().size() == 1);
}

TEST_CASE("an id that is used again does not protect the dead, and a file without a header goes too") {
  auto name = to_string(of_a_dead_owner(1));
  make_file(name);
  sweep_dead_owners();
  CHECK(gone(name));
  CHECK(shm_left().empty());
}

TEST_CASE("owners in another process id namespace are not judged") {
  auto name = to_string(of_a_dead_owner(2));
  make_file(name);
  segment_facts facts{};
  facts.magic = segment_magic;
  facts.version = segment_version;
  facts.pid_namespace = this_pid_namespace() + 1;
  descriptor file(::shm_open(name.c_str(), O_RDWR, 0));
  REQUIRE(::write(file.get(), &facts, sizeof facts) == sizeof facts);
  CHECK_FALSE(names(sweep_dead_owners(), name));
  REQUIRE(::shm_unlink(name.c_str()) == 0);
}

TEST_CASE("a segment that is still being made tells already in which namespace its owner counts") {
  auto name = to_string(of_a_dead_owner(5));
  make_file(name);
  segment_facts facts{};
  facts.version = segment_version;
  facts.pid_namespace = this_pid_namespace() + 1;
  descriptor file(::shm_open(name.c_str(), O_RDWR, 0));
  REQUIRE(::write(file.get(), &facts, sizeof facts) == sizeof facts);
  CHECK_FALSE(names(sweep_dead_owners(), name));
  facts.pid_namespace = this_pid_namespace();
  REQUIRE(::pwrite(file.get(), &facts, sizeof facts, 0) == sizeof facts);
  sweep_dead_owners();
  CHECK(gone(name));
}

TEST_CASE("names that are not quite ours and other users' segments are left alone") {
  auto dead = of_a_dead_owner(3);
  auto almost = to_string(dead) + "x";
  ++dead.owner.uid;
  auto foreign = to_string(dead);
  make_file(almost);
  make_file(foreign);
  auto removed = sweep_dead_owners();
  CHECK_FALSE(names(removed, almost));
  CHECK_FALSE(names(removed, foreign));
  CHECK(::shm_unlink(almost.c_str()) == 0);
  CHECK(::shm_unlink(foreign.c_str()) == 0);
}

TEST_CASE("a pipe or a directory under a dead owner's name is no segment and stays") {
  auto name = to_string(of_a_dead_owner(4));
  auto path = path_of(name);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK_FALSE(names(sweep_dead_owners(), name));
  REQUIRE(::unlink(path.c_str()) == 0);
  REQUIRE(::mkdir(path.c_str(), 0700) == 0);
  CHECK_FALSE(names(sweep_dead_owners(), name));
  REQUIRE(::rmdir(path.c_str()) == 0);
}
