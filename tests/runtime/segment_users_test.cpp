#include <pinion/runtime/segment_users.hpp>

#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <fstream>

#include <unistd.h>

#include <pinion/shm/store.hpp>

#include <support/process.hpp>
#include <support/scratch_directory.hpp>

using namespace pinion;
namespace fs = std::filesystem;

namespace {

constexpr const char* name = "/pinion-1000-0f4c9d2e-4711-123456-1";

struct planted_proc {
  void write(const std::string& pid, const std::string& file, const std::string& text) const {
    fs::create_directories(folder / "proc" / pid);
    std::ofstream(folder / "proc" / pid / file, std::ios::binary) << text;
  }
  pinion::test::scratch_directory folder{"segment-users"};
};

} // namespace

TEST_CASE("all maps of a segment by a process count as one user of it, and other files as none") {
  const planted_proc it;
  it.write("41", "maps",
           "55d0-55d1 r-xp 00000000 08:01 12 /usr/bin/python3\n"
           "7f0000000000-7f0000100000 rw-s 00000000 00:1a 77 /dev/shm" +
               std::string(name) +
               "\n"
               "7f0000200000-7f0000201000 r--s 00000000 00:1a 77 /dev/shm" +
               std::string(name) +
               "\n"
               "7f0000300000-7f0000301000 r--s 00000000 00:1a 78 /dev/shm/sem.mine\n"
               "7fff0000-7fff1000 rw-p 00000000 00:00 0 [stack]\n");
  it.write("41", "cmdline", std::string("/usr/bin/python3\0work.py\0", 25));
  it.write("42", "maps",
           "7f0000000000-7f0000001000 r--s 00000000 00:1a 77 /dev/shm" + std::string(name) + "\n");
  it.write("42", "cmdline", std::string("pinion-worker:lab/0\0", 20));
  it.write("self", "maps",
           "7f0000000000-7f0000001000 r--s 00000000 00:1a 77 /dev/shm" + std::string(name) + "\n");
  const auto found = list_mapped_segments(it.folder.path());
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == name);
  CHECK(found[0].inode == 77);
  CHECK(found[0].named);
  REQUIRE(found[0].users.size() == 2);
  CHECK(found[0].users[0].pid == 41);
  CHECK(found[0].users[0].program == "python3 work.py");
  CHECK(found[0].users[0].bytes == 0x101000);
  CHECK(found[0].users[1].program == "pinion-worker:lab/0");
}

TEST_CASE("a segment that was removed while it is mapped is known by its file") {
  const planted_proc it;
  it.write("41", "maps",
           "7f0000000000-7f0000001000 r--s 00000000 00:1a 77 /dev/shm" + std::string(name) + " (deleted)\n");
  const auto found = list_mapped_segments(it.folder.path());
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].named);
  CHECK(found[0].name == name);
}

TEST_CASE("lines that make no sense are passed over") {
  const planted_proc it;
  it.write("41", "maps",
           "/dev/shm" + std::string(name) + "\nx-y rw-s 0 00:1a 77 /dev/shm" + std::string(name) +
               "\n7f01-7f00 rw-s 0 00:1a 77 /dev/shm" + std::string(name) +
               "\n7f00-7f01 rw-s 0 001a 77 /dev/shm" + std::string(name) +
               "\n7f00-7f01 rw-s 0 00:1a seven /dev/shm" + std::string(name) + "\n");
  CHECK(list_mapped_segments(it.folder.path()).empty());
  CHECK(list_mapped_segments("/nowhere/at/all").empty());
}

TEST_CASE("this process is found among the users of its own segment") {
  store mine;
  const auto a = mine.zeros<int>({10});
  const auto found = list_mapped_segments();
  const auto at = std::find_if(found.begin(), found.end(),
                               [&](const auto& each) { return each.name == a.ref().segment; });
  REQUIRE(at != found.end());
  CHECK(at->named);
  REQUIRE(at->users.size() == 1);
  CHECK(at->users[0].pid == ::getpid());
  CHECK(at->users[0].bytes == 1 << 20);
}

TEST_CASE("a program is named by its command line, in printable text of bounded length") {
  const planted_proc it;
  it.write("41", "cmdline", std::string("./a\nb\0\x1b[31m\0", 12) + std::string(500, 'x'));
  const auto text = program_of(41, it.folder.path());
  CHECK(text.size() == 60);
  CHECK(text.starts_with("a?b ?[31m xxx"));
  CHECK(text.ends_with("..."));
  CHECK(program_of(99, it.folder.path()).empty());
}

TEST_CASE("a stopped process is told from one that goes on") {
  test::process sleeper({"sleep", "1000"});
  CHECK_FALSE(is_stopped(sleeper.pid()));
  sleeper.signal(SIGSTOP);
  CHECK(test::eventually([&] { return is_stopped(sleeper.pid()); }));
}
