#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/rendezvous.hpp>

using namespace pinion;
namespace fs = std::filesystem;

namespace {

struct folder_of_mine {
  fs::path path = fs::temp_directory_path() / ("pinion-rendezvous-" + std::to_string(::getpid()));
  folder_of_mine() { fs::remove_all(path); }
  ~folder_of_mine() { fs::remove_all(path); }
};

template <class F>
std::string refusal(F f, runtime_errc expected) {
  try {
    f();
  } catch (const std::system_error& why) {
    CHECK(why.code() == make_error_code(expected));
    return why.what();
  }
  FAIL("nothing was thrown");
  return {};
}

} // namespace

TEST_CASE("a node is found by its name while it lives, and its files go with it") {
  const folder_of_mine here;
  {
    rendezvous lab(here.path, "lab");
    rendezvous other(here.path, "other");
    CHECK(list_nodes(here.path) == std::vector<std::string>{"lab", "other"});
    CHECK(connect_to_node(here.path, "lab"));
  }
  CHECK(list_nodes(here.path).empty());
  CHECK(fs::is_empty(here.path));
}

TEST_CASE("what killed nodes left behind goes when the next node comes, and living ones stay") {
  const folder_of_mine here;
  const rendezvous lab(here.path, "lab");
  ::close(::open((here.path / "dead.lock").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  REQUIRE(::mknod((here.path / "dead.sock").c_str(), S_IFSOCK | 0600, 0) == 0);
  const rendezvous next(here.path, "next");
  CHECK_FALSE(fs::exists(here.path / "dead.lock"));
  CHECK_FALSE(fs::exists(here.path / "dead.sock"));
  CHECK(list_nodes(here.path) == std::vector<std::string>{"lab", "next"});
}

TEST_CASE("files of others in the folder stay, whatever their names") {
  const folder_of_mine here;
  const rendezvous lab(here.path, "lab");
  const auto put = [&](const char* name, const char* text, mode_t mode) {
    const descriptor file(::open((here.path / name).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, mode));
    REQUIRE(::write(file.get(), text, std::strlen(text)) == static_cast<ssize_t>(std::strlen(text)));
  };
  put("Cargo.lock", "x", 0600);
  put("uv.lock", "", 0600);
  put("data.lock", "", 0600);
  put("data.sock", "", 0600);
  const rendezvous next(here.path, "next");
  for (const auto* name : {"Cargo.lock", "uv.lock", "data.lock", "data.sock"})
    CHECK(fs::exists(here.path / name));
}

TEST_CASE("a node that lost its name's files to a cleaner leaves those of its successor alone") {
  const folder_of_mine here;
  auto first = std::make_unique<rendezvous>(here.path, "lab");
  fs::remove_all(here.path);
  const rendezvous second(here.path, "lab");
  first.reset();
  CHECK(list_nodes(here.path) == std::vector<std::string>{"lab"});
  CHECK(connect_to_node(here.path, "lab"));
}

TEST_CASE("a node that takes nobody in any more holds up nobody") {
  const folder_of_mine here;
  const rendezvous lab(here.path, "lab");
  std::vector<descriptor> waiting;
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 1000; ++i)
          waiting.push_back(connect_to_node(here.path, "lab", std::chrono::milliseconds{20}));
      }(),
      std::system_error);
}

TEST_CASE("folder and socket are closed to everybody else") {
  const folder_of_mine here;
  const rendezvous lab(here.path, "lab");
  struct stat now {};
  REQUIRE(::stat(here.path.c_str(), &now) == 0);
  CHECK((now.st_mode & 0777U) == 0700);
  REQUIRE(::stat((here.path / "lab.sock").c_str(), &now) == 0);
  CHECK((now.st_mode & 0777U) == 0600);
}

TEST_CASE("a name that is taken is refused and stays with its owner") {
  const folder_of_mine here;
  const rendezvous lab(here.path, "lab");
  const auto text = refusal([&] { rendezvous(here.path, "lab"); }, runtime_errc::name_taken);
  CHECK(text.find("'lab'") != std::string::npos);
  CHECK(node_lives(here.path, "lab"));
  CHECK(connect_to_node(here.path, "lab"));
}

TEST_CASE("files that a killed node left do not keep its name") {
  const folder_of_mine here;
  fs::create_directory(here.path);
  fs::permissions(here.path, fs::perms::owner_all);
  for (const auto* name : {"lab.sock", "lab.lock"})
    ::close(::creat((here.path / name).c_str(), 0600));
  CHECK(list_nodes(here.path).empty());
  const rendezvous lab(here.path, "lab");
  CHECK(list_nodes(here.path).size() == 1);
}

TEST_CASE("asking for a node that is not there names the nearest one") {
  const folder_of_mine here;
  const rendezvous lab(here.path, "laboratory");
  const auto text = refusal([&] { connect_to_node(here.path, "laboratry"); }, runtime_errc::no_such_node);
  CHECK(text.find("laboratory") != std::string::npos);
}

TEST_CASE("a folder that others may enter, or that is a file, is not used") {
  const folder_of_mine here;
  fs::create_directory(here.path);
  fs::permissions(here.path, fs::perms::owner_all | fs::perms::group_read);
  refusal([&] { rendezvous(here.path, "lab"); }, runtime_errc::not_yours);
  fs::remove_all(here.path);
  ::close(::creat(here.path.c_str(), 0600));
  refusal([&] { rendezvous(here.path, "lab"); }, runtime_errc::not_yours);
}

TEST_CASE("names that are no file names are refused") {
  const folder_of_mine here;
  for (const auto* name : {"", "../lab", "a/b", ".lab", "a b"})
    refusal([&] { rendezvous(here.path, name); }, runtime_errc::bad_config);
}
