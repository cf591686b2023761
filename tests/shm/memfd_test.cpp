// Segments of memory without a name: the same promises as for named ones, and nothing in /dev/shm.
#include <pinion/shm/memfd.hpp>

#include <csignal>
#include <cstring>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>

#include <pinion/shm/guarded.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/mapping.hpp>
#include <pinion/shm/segment.hpp>
#include <pinion/shm/store.hpp>
#include <pinion/shm/sweep.hpp>

#include "support/child.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

std::unique_ptr<segment> make(std::uint64_t size) { return segment::create(size, {.kind = backing::memfd}); }

store_options without_names() {
  store_options result;
  result.kind = backing::memfd;
  return result;
}

auto open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

} // namespace

TEST_CASE("memory without a name leaves nothing in /dev/shm, and its descriptor goes when it is retired") {
  nothing_left after;
  const auto before = open_descriptors();
  auto sut = make(1 << 20);
  CHECK(shm_left().empty());
  CHECK(open_descriptors() == before + 1);
  CHECK(parse_segment_name(sut->name())->descriptor.has_value());
  CHECK(segment_exists(sut->name()));
  sut->retire();
  CHECK(open_descriptors() == before);
  CHECK_FALSE(segment_exists(sut->name()));
  CHECK(reason_of([&] { mapping::open(sut->name(), access::read); }) == shm_errc::no_segment);
  sut->base()[5000] = std::byte{7}; // still mapped
}

TEST_CASE("memory without a name is private to its user, reserved in full and of one size for good") {
  auto sut = make(1 << 20);
  struct stat facts {};
  REQUIRE(::stat(path_of(sut->name()).c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0600);
  CHECK(facts.st_size == 1 << 20);
  CHECK(facts.st_blocks * 512 == 1 << 20);
  const auto file = open_segment(sut->name(), access::write).file;
  CHECK(::ftruncate(file.get(), 4096) != 0);
  CHECK(::ftruncate(file.get(), 2 << 20) != 0);
}

TEST_CASE("another process reaches memory without a name through its owner, to read or to write") {
  store sut(without_names());
  auto a = sut.zeros<double>({1000});
  a(7) = 1.5;
  const auto ref = a.ref();
  child reader([&] {
    mapper maps;
    const auto seen = maps.open(ref, access::read).as<const double>();
    must(seen(7) == 1.5, "the element that was written is not there");
    const auto mine = maps.open(ref, access::write).as<double>();
    mine(8) = 2.5;
    must(seen(8) == 2.5, "the two mappings differ");
  });
  CHECK(reader.wait() == 0);
  CHECK(a(8) == 2.5);
}

TEST_CASE("a read mapping of memory without a name cannot be written") {
  store sut(without_names());
  auto a = sut.zeros<double>({1000});
  const auto ref = a.ref();
  child writer([&] {
    ::signal(SIGSEGV, SIG_DFL);
    rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    mapper maps;
    const auto seen = maps.open(ref, access::read);
    static_cast<double*>(seen.data)[0] = 1;
  });
  CHECK(writer.wait() == -SIGSEGV);
  CHECK(a(0) == 0);
}

TEST_CASE("a number that something else has now is not taken for the segment") {
  auto sut = make(1 << 20);
  const auto name = sut->name();
  const auto number = static_cast<int>(*parse_segment_name(name)->descriptor);
  sut->retire();
  // A pipe without a writer would hang whoever opens it to read.
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  descriptor out(ends[0]);
  descriptor in(ends[1]);
  if (ends[0] != number && ends[1] != number)
    REQUIRE(::dup3(ends[0], number, O_CLOEXEC) == number);
  CHECK_FALSE(segment_exists(name));
  CHECK(reason_of([&] { open_segment(name, access::read); }) == shm_errc::no_segment);
  if (ends[0] != number && ends[1] != number)
    ::close(number);
  // Another segment that has it is another.
  auto next = make(1 << 20);
  auto forged = *parse_segment_name(next->name());
  --forged.number;
  CHECK(reason_of([&] { open_segment(to_string(forged), access::read); }) == shm_errc::no_segment);
}

TEST_CASE("memory of an owner that was killed is gone, and a sweep has nothing to do") {
  child owner([] {
    auto made = make(1 << 20);
    child::say(made->name());
    ::pause();
  });
  const auto name = owner.line();
  CHECK(segment_exists(name));
  const auto kept = mapping::open(name, access::read);
  owner.kill();
  CHECK_FALSE(segment_exists(name));
  CHECK(reason_of([&] { open_segment(name, access::read); }) == shm_errc::no_segment);
  CHECK(kept->base[0] == std::byte{1}); // "\1PINION1"
  sweep_dead_owners();
}

TEST_CASE("a guard works on memory without a name") {
  store sut(without_names());
  auto a = make_guarded<double>(sut, {4});
  const auto ref = a.ref();
  child dies([&] {
    mapper maps;
    guarded<double> theirs(maps.open(ref, access::write));
    auto held = theirs.lock();
    held(0) = 1;
    child::say("held");
    ::pause();
  });
  dies.line();
  CHECK_FALSE(a.try_lock().has_value());
  dies.kill();
  auto mine = a.lock();
  CHECK(mine.abandoned_by().has_value());
}

TEST_CASE("when descriptors run out, the error says which limit to raise") {
  child process([] {
    rlimit few{24, 24};
    must(::setrlimit(RLIMIT_NOFILE, &few) == 0, "setrlimit");
    std::vector<std::unique_ptr<segment>> all;
    try {
      for (int i = 0; i < 30; ++i)
        all.push_back(make(4096));
    } catch (const shm_error& why) {
      must(contains(why.what(), "ulimit -n"), why.what());
      return;
    }
    must(false, "30 segments fitted into 24 descriptors");
  });
  CHECK(process.wait() == 0);
}

TEST_CASE("more than the machine's memory is an error and nobody is killed") {
  store sut(without_names());
  const auto error = error_of([&] { sut.zeros<std::uint8_t>({std::int64_t{32} << 40}); });
  CHECK(error.reason() == shm_errc::no_space);
  CHECK(contains(error.what(), "of memory free"));
  CHECK(sut.stats().reserved == 0);
}

TEST_CASE("large arrays have huge pages where the system gives them") {
  store sut(without_names());
  auto a = sut.zeros<double>({1 << 20});
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  const auto from = reinterpret_cast<std::uintptr_t>(a.data()) - segment_header_size;
  char start[32];
  std::snprintf(start, sizeof start, "%lx-", static_cast<unsigned long>(from));
  bool here = false;
  bool asked = false;
  while (std::getline(maps, line)) {
    if (line.find('-') != std::string::npos && line.find("kB") == std::string::npos &&
        line.find("Flags") == std::string::npos)
      here = line.starts_with(start);
    if (here && line.starts_with("VmFlags:"))
      asked = line.find(" hg") != std::string::npos;
  }
  CHECK(asked);
}
