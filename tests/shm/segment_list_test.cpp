#include <pinion/shm/segment_list.hpp>

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/segment.hpp>
#include <pinion/shm/segment_header.hpp>
#include <pinion/shm/store.hpp>

#include "support/child.hpp"
#include "support/scratch_directory.hpp"
#include "support/shm_left.hpp"

using namespace pinion;
using namespace pinion::test;
namespace fs = std::filesystem;

namespace {

const found_segment* find(const segment_listing& all, const std::string& name) {
  const auto at =
      std::find_if(all.mine.begin(), all.mine.end(), [&](const auto& each) { return each.name == name; });
  return at == all.mine.end() ? nullptr : &*at;
}

segment_name named(std::uint64_t number) { return {this_owner(), number}; }

segment_name of_a_dead_owner(std::uint64_t number) {
  auto result = named(number);
  result.owner.start += 1; // nobody with our id started then
  return result;
}

void plant(const fs::path& folder, const segment_name& name, const segment_facts& facts) {
  std::ofstream file(folder / to_string(name).substr(1), std::ios::binary);
  file.write(reinterpret_cast<const char*>(&facts), sizeof facts);
}

segment_facts facts_of(const std::string& tag) {
  segment_facts facts{};
  facts.magic = segment_magic;
  facts.version = segment_version;
  facts.pid_namespace = this_pid_namespace();
  std::memcpy(facts.tag.data(), tag.data(), std::min(tag.size(), facts.tag.size()));
  return facts;
}

} // namespace

TEST_CASE("a segment is found with its size, what it really takes, its owner and its owner's name") {
  nothing_left after;
  store_options options;
  options.tag = "lab";
  store mine(options);
  const auto a = mine.zeros<double>({100});
  const auto all = list_segments();
  const auto* found = find(all, a.ref().segment);
  REQUIRE(found != nullptr);
  CHECK(found->now == found_segment::state::alive);
  CHECK(found->owner == this_owner());
  CHECK(found->tag == "lab");
  CHECK(found->size == 1 << 20);
  CHECK(found->taken == 1 << 20);
  struct stat file {};
  REQUIRE(::stat(found->path.c_str(), &file) == 0);
  CHECK(found->inode == file.st_ino);
  CHECK(found->device == file.st_dev);
  CHECK(found->since <= std::chrono::system_clock::now());
}

TEST_CASE("a sparse segment takes less than its size") {
  nothing_left after;
  const auto sparse = segment::create(std::uint64_t{1} << 30, {.tag = "x", .how = pages::sparse});
  const auto all = list_segments();
  const auto* found = find(all, sparse->name());
  REQUIRE(found != nullptr);
  CHECK(found->size == std::uint64_t{1} << 30);
  CHECK(found->taken < std::uint64_t{1} << 20);
}

TEST_CASE("dead owners, owners of another namespace and files without a header are told apart") {
  const scratch_directory folder("segment-list");
  plant(folder.path(), named(1), facts_of("alive"));
  plant(folder.path(), of_a_dead_owner(2), facts_of("dead"));
  auto foreign = facts_of("in a container");
  foreign.pid_namespace += 1;
  plant(folder.path(), of_a_dead_owner(3), foreign);
  plant(folder.path(), named(4), foreign); // an id that happens to live here, too, proves nothing
  std::ofstream(folder / to_string(of_a_dead_owner(5)).substr(1));
  fs::create_directory(folder / to_string(of_a_dead_owner(6)).substr(1));
  const auto all = list_segments(folder.path());
  REQUIRE(all.mine.size() == 6);
  using enum found_segment::state;
  CHECK(find(all, to_string(named(1)))->now == alive);
  CHECK(find(all, to_string(of_a_dead_owner(2)))->now == dead);
  CHECK(find(all, to_string(of_a_dead_owner(2)))->tag == "dead");
  CHECK(find(all, to_string(of_a_dead_owner(3)))->now == elsewhere);
  CHECK(find(all, to_string(named(4)))->now == elsewhere);
  CHECK(find(all, to_string(of_a_dead_owner(5)))->now == dead);
  CHECK(find(all, to_string(of_a_dead_owner(6)))->now == strange);
}

TEST_CASE("other users' segments are counted, and what is not quite a segment's name is passed over") {
  const scratch_directory folder("segment-list-others");
  auto other = named(1);
  ++other.owner.uid;
  plant(folder.path(), other, facts_of("theirs"));
  std::ofstream(folder / (to_string(named(2)).substr(1) + "x"));
  std::ofstream(folder / "sem.something");
  const auto all = list_segments(folder.path());
  CHECK(all.mine.empty());
  CHECK(all.others == 1);
  CHECK(all.others_taken > 0);
}

TEST_CASE("another user's file under a name of ours is an intruder") {
  if (::geteuid() != 0) {
    MESSAGE("needs root to give a file away; skipped");
    return;
  }
  const scratch_directory folder("segment-list-intruder");
  plant(folder.path(), named(1), facts_of("ours?"));
  REQUIRE(::chown((folder / to_string(named(1)).substr(1)).c_str(), 65534, 65534) == 0);
  const auto all = list_segments(folder.path());
  CHECK(all.mine.empty());
  REQUIRE(all.intruders.size() == 1);
  CHECK(all.intruders[0] == to_string(named(1)));
}

TEST_CASE("a tag is text, whatever lies in the file") {
  const scratch_directory folder("segment-list-tag");
  plant(folder.path(), named(1), facts_of(std::string("a\nb\x1b[31m") + std::string(100, 'x')));
  const auto all = list_segments(folder.path());
  REQUIRE(all.mine.size() == 1);
  CHECK(all.mine[0].tag.size() == 64);
  CHECK(all.mine[0].tag.starts_with("a?b?[31m"));
}

TEST_CASE("a folder that is not there holds no segments") {
  const auto all = list_segments("/nowhere/at/all");
  CHECK(all.mine.empty());
  CHECK(all.others == 0);
}
