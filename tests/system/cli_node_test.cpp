#include <doctest/doctest.h>

#include <csignal>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <support/program.hpp>
#include <support/scratch_directory.hpp>
#include <support/shm_left.hpp>

namespace {

using words = std::vector<std::string>;
using pinion::test::program;

// A place for nodes of one test, and programs that look there.
struct place {
  program::setup setup() const { return {{"PINION_RUNTIME_DIR=" + (folder / "run").string()}, false, false}; }

  int code(const words& line) const {
    program sut(line, setup());
    return sut.wait();
  }

  std::string printed(const words& line) const {
    program sut(line, setup());
    auto text = sut.out();
    CHECK_MESSAGE(sut.wait() == 0, sut.err());
    return text;
  }

  std::string complaint(const words& line) const {
    program sut(line, setup());
    CHECK(sut.wait() == 1);
    return sut.err();
  }

  // Waits until it is ready.
  void start(program& node) const { REQUIRE_MESSAGE(node.line().ends_with("`"), node.err()); }

  pinion::test::scratch_directory folder{"cli-node"};
};

bool alive(pid_t process) { return ::kill(process, 0) == 0; }

} // namespace

TEST_CASE("a node says when it is ready, serves its user's other processes, and stops when told") {
  const place here;
  program node({"node", "--name", "lab", "--workers", "2"}, here.setup());
  const auto ready = node.line();
  CHECK(ready.starts_with("node lab: 2 workers on processor"));
  CHECK(ready.ends_with("ready; stop it with `pinion stop lab`"));

  CHECK(here.printed({"call", "--node", "lab", "fib", "20"}) == "6765\n");
  CHECK(here.printed({"call", "--node", "lab", "scale", "zeros:float64:2", "3"}) == "float64[2]\n[0 0]\n");
  CHECK(here.printed({"kernels", "--node", "lab"}).find("fib(") != std::string::npos);

  const auto status = nlohmann::json::parse(here.printed({"ps", "--json"}));
  REQUIRE(status.size() == 1);
  CHECK(status[0]["node"] == "lab");
  CHECK(status[0]["pid"] == node.pid());
  CHECK(status[0]["done"] == 2);
  REQUIRE(status[0]["workers"].size() == 2);

  CHECK(here.code({"stop", "lab"}) == 0);
  CHECK(node.wait() == 0);
  for (const auto& worker : status[0]["workers"])
    CHECK_FALSE(alive(worker["pid"].get<pid_t>()));
  CHECK(pinion::test::shm_left(node.pid()).empty());
  CHECK(here.printed({"ps", "--json"}) == "[]\n");
}

TEST_CASE("nodes of different names live side by side, a taken name is refused") {
  const place here;
  program lab({"node", "--name", "lab", "--workers", "1"}, here.setup());
  program den({"node", "--name", "den", "--workers", "1"}, here.setup());
  here.start(lab);
  here.start(den);
  CHECK(here.complaint({"node", "--name", "lab", "--workers", "1"}).find("lab") != std::string::npos);
  const auto table = here.printed({"ps"});
  CHECK(table.find("lab (process") != std::string::npos);
  CHECK(table.find("den (process") != std::string::npos);
  CHECK(here.complaint({"stop", "lap"}).find("did you mean `lab`?") != std::string::npos);
  CHECK(here.code({"stop", "lab", "den"}) == 0);
  CHECK(lab.wait() == 0);
  CHECK(den.wait() == 0);
}

TEST_CASE("a node ends well on SIGINT, SIGTERM and SIGHUP") {
  const place here;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    program node({"node", "--name", "lab", "--workers", "1"}, here.setup());
    here.start(node);
    node.signal(number);
    CHECK(node.wait() == 0);
    CHECK(pinion::test::shm_left(node.pid()).empty());
  }
}

TEST_CASE("the name of a node that was killed can be taken again") {
  const place here;
  {
    program node({"node", "--name", "lab", "--workers", "1"}, here.setup());
    here.start(node);
    node.signal(SIGKILL);
    node.wait();
  }
  CHECK(here.printed({"ps", "--json"}) == "[]\n");
  program again({"node", "--name", "lab", "--workers", "1"}, here.setup());
  here.start(again);
  CHECK(here.code({"stop", "lab"}) == 0);
  CHECK(again.wait() == 0);
}

TEST_CASE("a node goes on when nobody reads what it prints") {
  const place here;
  auto how = here.setup();
  how.stdout_closed = true;
  program node({"node", "--name", "lab", "--workers", "1"}, how);
  // It is there when it can be asked.
  while (nlohmann::json::parse(here.printed({"ps", "--json"})).empty())
    ;
  CHECK(here.printed({"call", "--node", "lab", "fib", "10"}) == "55\n");
  CHECK(here.code({"stop", "lab"}) == 0);
  CHECK(node.wait() == 0);
}

TEST_CASE("where no node runs, a list is empty and says how to start one") {
  const place here;
  program sut({"ps"}, here.setup());
  CHECK(sut.out() == "");
  CHECK(sut.wait() == 0);
  CHECK(sut.err() == "no node of yours is running; start one with `pinion node --name lab`\n");
}
