#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include <support/named_node.hpp>
#include <support/process.hpp>
#include <support/shm_left.hpp>

namespace fs = std::filesystem;
using namespace pinion;
using test::eventually;
using test::own_names;
using test::program;
using test::run;
using test::running_node;

TEST_CASE("kill -9 of a node ends its workers, also in the middle of a kernel, and frees its name") {
  const own_names names;
  std::vector<pid_t> workers;
  {
    running_node lab(names, "lab");
    workers = lab.workers_;
    REQUIRE(workers.size() == 2);
    test::process busy({program, "call", "--node", "lab", "fib", "60"}, names.environment);
    REQUIRE(eventually([&] {
      std::string status;
      run({"ps", "--node", "lab", "--json"}, names, &status);
      return status.find("fib") != std::string::npos;
    }));
    lab.node.signal(SIGKILL);
    lab.node.wait();
    CHECK(busy.wait() == 1);
    CHECK(busy.err().find("lab") != std::string::npos);
  }
  for (const auto pid : workers)
    CHECK(eventually([&] { return !test::lives(pid); }));
  const running_node again(names, "lab");
  CHECK(again.workers_.size() == 2);
}

TEST_CASE("SIGTERM and SIGINT end a node in peace, and nothing is left") {
  for (const int number : {SIGTERM, SIGINT}) {
    const own_names names;
    running_node lab(names, "lab");
    const auto pid = lab.node.pid();
    std::string out;
    CHECK(run({"call", "--node", "lab", "fib", "10"}, names, &out) == 0);
    CHECK(out == "55\n");
    lab.node.signal(number);
    CHECK(lab.node.wait() == 0);
    for (const auto each : lab.workers_)
      CHECK_FALSE(test::lives(each));
    CHECK(test::shm_left(pid).empty());
    for (const auto& each : fs::recursive_directory_iterator(names.folder))
      CHECK_MESSAGE(each.is_directory(), each.path());
  }
}

TEST_CASE("two nodes live side by side, and a taken name is refused while its owner goes on") {
  const own_names names;
  running_node lab(names, "lab", "1");
  running_node shop(names, "shop", "1");
  std::string err;
  CHECK(run({"node", "--name", "lab"}, names, nullptr, &err) == 1);
  CHECK(err.find("'lab' runs already") != std::string::npos);
  std::string out;
  CHECK(run({"ps", "--json"}, names, &out) == 0);
  CHECK(nlohmann::json::parse(out).size() == 2);
  CHECK(run({"stop", "lab"}, names) == 0);
  CHECK(lab.node.wait() == 0);
  CHECK(run({"call", "--node", "shop", "fib", "10"}, names, &out) == 0);
  CHECK(out == "55\n");
}

TEST_CASE("a worker killed under a node from the command line is replaced, and the caller is told") {
  const own_names names;
  running_node lab(names, "lab", "1");
  std::string err;
  CHECK(run({"call", "--node", "lab", "crash", "segv"}, names, nullptr, &err) == 1);
  CHECK(err.find("SIGSEGV") != std::string::npos);
  std::string out;
  CHECK(run({"call", "--node", "lab", "fib", "10"}, names, &out) == 0);
  CHECK(out == "55\n");
}

TEST_CASE("another user does not reach a node") {
  if (::geteuid() != 0) {
    MESSAGE("needs root to become somebody else; skipped");
    return;
  }
  const own_names names;
  running_node lab(names, "lab", "1");
  // Even where the folder would let him in.
  fs::permissions(names.folder, fs::perms::all);
  fs::permissions(names.folder / "lab.sock", fs::perms::all);
  test::process stranger({"setpriv", "--reuid=65534", "--clear-groups", program, "ps", "--node", "lab"},
                         names.environment);
  CHECK(stranger.wait() == 1);
  CHECK(stranger.out().empty());
}

TEST_CASE("a call without a node starts one for itself and leaves nothing") {
  const own_names names;
  test::process one({program, "call", "fib", "10"}, names.environment);
  const auto pid = one.pid();
  CHECK(one.wait() == 0);
  CHECK(one.out() == "55\n");
  CHECK(one.err().empty());
  CHECK(test::shm_left(pid).empty());
}
