#include <pinion/shm/segment.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <functional>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include <pinion/shm/control_page.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/ledger.hpp>
#include <pinion/shm/segment_name.hpp>

#include "support/child.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

static_assert(offsetof(segment_facts, magic) == 0 && offsetof(segment_facts, version) == 8);
static_assert(offsetof(segment_facts, owner_pid) == 12 && offsetof(segment_facts, incarnation) == 16);
static_assert(offsetof(segment_facts, size) == 24 && offsetof(segment_facts, pid_namespace) == 32);
static_assert(offsetof(segment_facts, tag) == 40 && offsetof(segment_header, retired) == 104);

TEST_CASE("the header lies in the file byte for byte as it is drawn") {
  nothing_left after;
  auto sut = segment::create(10000, {.tag = "lab"});
  descriptor file(::shm_open(sut->name().c_str(), O_RDONLY, 0));
  REQUIRE(file);
  unsigned char bytes[4096];
  REQUIRE(::pread(file.get(), bytes, sizeof bytes, 0) == 4096);
  auto number = [&](std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes + at, size); // on a little-endian machine, as all that we build for
    return value;
  };
  CHECK(std::memcmp(bytes, "\1PINION1", 8) == 0);
  CHECK(number(8, 4) == 1);
  CHECK(number(12, 4) == static_cast<std::uint64_t>(::getpid()));
  CHECK(number(16, 8) == sut->incarnation());
  CHECK(number(24, 8) == 12288);
  CHECK(number(32, 8) == this_pid_namespace());
  CHECK(std::memcmp(bytes + 40, "lab\0", 4) == 0);
  CHECK(std::all_of(bytes + 43, bytes + 4096, [](unsigned char byte) { return byte == 0; }));
  sut->retire();
  REQUIRE(::pread(file.get(), bytes, sizeof bytes, 0) == 4096);
  CHECK(number(104, 4) == 1);
}

TEST_CASE("a segment is private to its user, reserved in full and zero") {
  nothing_left after;
  auto sut = segment::create(1 << 20, {});
  struct stat facts {};
  REQUIRE(::stat(path_of(sut->name()).c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0600);
  CHECK(facts.st_size == 1 << 20);
  CHECK(facts.st_blocks * 512 == 1 << 20);
  CHECK(std::all_of(sut->base() + 4096, sut->base() + sut->size(),
                    [](std::byte b) { return b == std::byte{0}; }));
}

TEST_CASE("the mode of a segment does not depend on the umask") {
  nothing_left after;
  auto old = ::umask(0777);
  auto sut = segment::create(4096, {});
  ::umask(old);
  struct stat facts {};
  REQUIRE(::stat(path_of(sut->name()).c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0600);
}

TEST_CASE("a segment keeps no descriptor open") {
  nothing_left after;
  auto count = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
  auto before = count();
  auto sut = segment::create(4096, {});
  CHECK(count() == before);
}

TEST_CASE("a retired segment has no name but keeps its memory") {
  nothing_left after;
  auto sut = segment::create(8192, {});
  sut->retire();
  CHECK(shm_left().empty());
  sut->base()[5000] = std::byte{7};
  CHECK(sut->base()[5000] == std::byte{7});
  sut->retire();
}

TEST_CASE("a tag that is too long is cut") {
  nothing_left after;
  auto sut = segment::create(4096, {.tag = std::string(1000, 'x')});
  segment_facts facts{};
  std::memcpy(&facts, sut->base(), sizeof facts);
  CHECK(std::string(facts.tag.data()) == std::string(63, 'x'));
}

TEST_CASE("a name that is taken is passed over") {
  nothing_left after;
  auto first = segment::create(4096, {});
  auto next = *parse_segment_name(first->name());
  ++next.number;
  descriptor other(::shm_open(to_string(next).c_str(), O_CREAT | O_EXCL | O_RDWR, 0600));
  REQUIRE(other);
  auto second = segment::create(4096, {});
  CHECK(second->name() != to_string(next));
  struct stat facts {};
  CHECK(::fstat(other.get(), &facts) == 0);
  CHECK(facts.st_size == 0);
  ::shm_unlink(to_string(next).c_str());
}

// Sizes that no file can have: where a check is missing they fail all the same, and do not fill the machine's
// memory.
TEST_CASE("more than any /dev/shm has is an error with the figures, and nothing is left") {
  nothing_left after;
  for (auto size : {std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    CAPTURE(size);
    try {
      segment::create(size, {});
      FAIL("a segment of that size cannot be");
    } catch (const no_space_error& e) {
      CHECK(e.reason() == shm_errc::no_space);
      CHECK(e.needed() >= size);
      CHECK(e.limit() > 0);
      CHECK(e.free() <= e.limit());
      CHECK(contains(e.what(), "needed"));
    }
  }
}

TEST_CASE("a forked child neither marks nor removes its parent's segment") {
  nothing_left after;
  auto sut = segment::create(4096, {});
  child process([&] { sut.reset(); });
  CHECK(process.wait() == 0);
  CHECK(shm_left().size() == 1);
  CHECK(reinterpret_cast<const segment_header*>(sut->base())->retired.load() == 0);
}

TEST_CASE("a limit on file sizes is an error and not a signal") {
  nothing_left after;
  child process([] {
    rlimit limit{1 << 20, 1 << 20};
    must(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    segment::create(1 << 20, {});
    try {
      segment::create(2 << 20, {});
    } catch (const no_space_error& e) {
      must(e.limit() == 1 << 20 && contains(e.what(), "ulimit"), e.what());
      return;
    }
    must(false, "2 MiB went through a limit of 1 MiB");
  });
  CHECK(process.wait() == 0);
}

TEST_CASE("where no file may have a byte, everything of ours is an error and not a signal") {
  nothing_left after;
  child process([] {
    rlimit limit{0, 0};
    must(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    const std::pair<const char*, std::function<void()>> all[]{
        {"a segment", [] { segment::create(4096, {}); }},
        {"memory without a name",
         [] {
           segment::create(4096, {{}, pages::sparse, backing::memfd});
         }},
        {"a ledger", [] { ledger(0); }},
        {"a control page", [] { control_page(); }}};
    for (const auto& [what, make] : all)
      try {
        make();
        must(false, std::string(what) + " went through a limit of 0");
      } catch (const no_space_error& e) {
        must(contains(e.what(), "ulimit"), e.what());
      }
  });
  CHECK(process.wait() == 0);
}

TEST_CASE("who says where pages are to lie is asked before there are any") {
  nothing_left after;
  for (const auto kind : {backing::named, backing::memfd}) {
    std::byte* base = nullptr;
    std::uint64_t size = 0;
    std::size_t there = 0;
    const auto sut =
        segment::create(1 << 20, {.kind = kind, .place = [&](std::byte* from, std::uint64_t bytes) {
                                    base = from;
                                    size = bytes;
                                    std::vector<unsigned char> pages(bytes / 4096);
                                    must(::mincore(from, bytes, pages.data()) == 0, "mincore");
                                    there =
                                        static_cast<std::size_t>(std::count(pages.begin(), pages.end(), 1));
                                  }});
    CHECK(base == sut->base());
    CHECK(size == 1 << 20);
    CHECK(there <= 1); // that of the header, which says from the first moment whose the segment is
    struct stat facts {};
    REQUIRE(::stat(path_of(sut->name()).c_str(), &facts) == 0);
    CHECK(facts.st_blocks * 512 == 1 << 20);
  }
}
