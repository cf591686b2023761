#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <pinion/shm/npz.hpp>
#include <pinion/shm/raw.hpp>
#include <support/process.hpp>
#include <support/program.hpp>
#include <support/scratch_directory.hpp>
#include <support/shm_left.hpp>

namespace {

using words = std::vector<std::string>;
using pinion::test::program;

// What a call prints that must succeed.
std::string printed(const words& line, const words& variables = {}) {
  program sut(line, {variables, false, false});
  auto text = sut.out();
  CHECK_MESSAGE(sut.wait() == 0, sut.err());
  CHECK(pinion::test::shm_left(sut.pid()).empty());
  return text;
}

} // namespace

TEST_CASE("a call prints its result and nothing else") {
  CHECK(printed({"call", "fib", "20", "--workers", "1"}) == "6765\n");
  CHECK(printed({"call", "sum", "zeros:float64:3x4", "--workers", "1"}) == "0\n");
}

TEST_CASE("options stand before and behind the arguments, and negative numbers are arguments") {
  CHECK(printed({"call", "--workers", "1", "fib", "7"}) == "13\n");
  const pinion::test::scratch_directory folder("cli-call");
  printed({"call", "axpy", "-2.5", "zeros:float64:3", "zeros:float64:3", "--workers", "1"});
  printed({"call", "axpy", "--workers", "1", "--", "-.5", "zeros:float64:3", "zeros:float64:3"});
}

TEST_CASE("an array that the kernel wrote is saved, and shown when it is not saved") {
  const pinion::test::scratch_directory folder("cli-out");
  const auto file = (folder / "c.npy").string();
  const words line{"call",      "matmul", "zeros:float64:2x2", "zeros:float64:2x2", "zeros:float64:2x2",
                   "--workers", "1"};
  CHECK(printed(line) == "float64[2,2]\n[[0 0]\n [0 0]]\n");
  auto saving = line;
  saving.insert(saving.end(), {"--out", file});
  CHECK(printed(saving) == "");
  CHECK(printed({"call", "sum", "@" + file, "--workers", "1"}) == "0\n");
  const auto archive = (folder / "c.npz").string();
  auto packing = line;
  packing.insert(packing.end(), {"--out", archive});
  CHECK(printed(packing) == "");
  CHECK(printed({"call", "sum", "@" + archive + ":arr_0", "--workers", "1"}) == "0\n");
}

TEST_CASE("arguments come from NumPy archives and from files of bare elements") {
  const pinion::test::scratch_directory folder("cli-files");
  std::vector<double> values{1, 2, 3, 4, 5, 6};
  const pinion::view<const double> six(values.data(), pinion::c_order({2, 3}));
  const auto one = "@" + (folder / "one.npz").string();
  const auto two = "@" + (folder / "two.npz").string();
  const auto bare = "@" + (folder / "x.bin").string();
  pinion::save_npz(folder / "one.npz", {{"a", six}}, pinion::npz_packing::deflated);
  pinion::save_npz(folder / "two.npz", {{"a", six}, {"b", six.row(1)}});
  pinion::save_raw(folder / "x.bin", six, pinion::order::c, std::endian::big);
  CHECK(printed({"call", "sum", one, "--workers", "1"}) == "21\n");
  CHECK(printed({"call", "sum", two + ":b", "--workers", "1"}) == "15\n");
  CHECK(printed({"call", "sum", bare + ":float64[2,3]:bytes=big", "--workers", "1"}) == "21\n");
  CHECK(printed({"call", "sum", bare + ":float64[-1]:offset=32,bytes=big", "--workers", "1"}) == "11\n");
}

TEST_CASE("as JSON a failure is told too") {
  program sut({"call", "fail", "boom", "--json", "--workers", "1"});
  const auto json = nlohmann::json::parse(sut.out());
  CHECK(sut.wait() == 1);
  CHECK(json["error"]["code"] == "kernel_failed");
  CHECK(json["error"]["text"] == "fail: std::runtime_error: boom");
  CHECK(json["error"]["type"] == "std::runtime_error");
  CHECK_FALSE(json["error"]["trace"].empty()); // names where the program has some, places in its files else
}

TEST_CASE("a time of zero is no limit, also where the node has one") {
  const words line{"call", "sleep", "0.05", "--timeout", "0", "--workers", "1"};
  CHECK(printed(line, {"PINION_TASK_TIMEOUT=1ms"}).starts_with("0.05"));
}

TEST_CASE("a file that cannot be written is refused before the work") {
  program sut({"call", "scale", "zeros:float64:2", "2", "--out", "/nowhere/x.npy", "--workers", "1"});
  CHECK(sut.wait() == 1);
  CHECK(sut.err() == "pinion: cannot write /nowhere/x.npy: No such file or directory\n");
}

TEST_CASE("a variable that is nearly a setting is pointed out") {
  program sut({"--version"}, {{"PINION_WORKRES=3"}, false, false});
  CHECK(sut.wait() == 0);
  CHECK(sut.err() == "pinion: PINION_WORKRES is no setting (did you mean `PINION_WORKERS`?)\n");
}

TEST_CASE("as JSON a call tells everything") {
  const auto json = nlohmann::json::parse(printed({"call", "fib", "10", "--json", "--workers", "1"}));
  CHECK(json["kernel"] == "fib");
  CHECK(json["result"] == 55);
  CHECK(json["worker"] == 0);
  CHECK(json["stamps"]["replied_ns"] >= json["stamps"]["queued_ns"]);
}

TEST_CASE("stamps go to standard error, so that the result stays alone") {
  program sut({"call", "fib", "10", "--stamps", "--workers", "1"});
  CHECK(sut.out() == "55\n");
  CHECK(sut.wait() == 0);
  CHECK(sut.err().find("finished") != std::string::npos);
}

TEST_CASE("a call works without HOME and XDG_RUNTIME_DIR, and with a HOME that is none") {
  CHECK(printed({"call", "fib", "10", "--workers", "1"}) == "55\n");
  CHECK(printed({"call", "fib", "10", "--workers", "1"}, {"HOME=/nowhere", "XDG_RUNTIME_DIR=/nowhere"}) ==
        "55\n");
}

TEST_CASE("without a reader on standard output a call fails and does not crash") {
  for (const words& line : {words{"call", "fib", "10", "--workers", "1"}, words{"kernels"}, words{"--help"},
                            words{"version"}, words{"ps", "--dump-config"}}) {
    CAPTURE(line.front());
    program closed(line, {{}, true, false});
    CHECK(closed.wait() == 1);
    CHECK(closed.err().find("cannot write to standard output") != std::string::npos);
    program broken(line, {{}, false, true});
    CHECK(broken.wait() == 1);
    CHECK(broken.err() == "");
  }
}

TEST_CASE("an interrupted call ends with its workers and its arrays") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    program sut({"call", "sleep", "60", "--workers", "1"});
    REQUIRE(pinion::test::eventually([&] { return !pinion::test::children_of(sut.pid()).empty(); }));
    sut.signal(number);
    CHECK(sut.out() == ""); // returns when its workers let go of it as well
    CHECK(sut.wait() == 128 + number);
    CHECK(sut.err().starts_with("pinion: interrupted by signal "));
    CHECK(pinion::test::shm_left(sut.pid()).empty());
  }
}

TEST_CASE("every verb explains itself with an example") {
  CHECK(printed({"--help"}).find("Examples:") != std::string::npos);
  for (const char* verb : {"run", "call", "node", "kernels", "ps", "stop", "version"}) {
    const auto help = printed({verb, "--help"});
    CHECK_MESSAGE(help.find("Example") != std::string::npos, verb);
    CHECK_MESSAGE(help.find(std::string("pinion ") + verb) != std::string::npos, verb);
  }
}

TEST_CASE("the version is told in both spellings") {
  CHECK(printed({"--version"}).starts_with("pinion "));
  CHECK(printed({"version"}).starts_with("pinion "));
  CHECK(nlohmann::json::parse(printed({"version", "--json"})).contains("pinion"));
}

TEST_CASE("the kernels that come with pinion are listed without a node") {
  const auto text = printed({"kernels"});
  for (const char* name : {"fib(", "sum(", "dot(", "mean(", "scale(", "axpy(", "matmul(", "histogram(",
                           "sleep(", "fail(", "crash("})
    CHECK_MESSAGE(text.find(name) != std::string::npos, name);
  CHECK(nlohmann::json::parse(printed({"kernels", "--json", "--no-default-kernels"})).empty());
}

TEST_CASE("the configuration is dumped with the place of each value") {
  const auto text = printed({"node", "--workers", "3", "--dump-config"}, {"PINION_GRACE=2s"});
  CHECK(text.find("workers = 3") != std::string::npos);
  CHECK(text.find("# --workers\n") != std::string::npos);
  CHECK(text.find("# PINION_GRACE\n") != std::string::npos);
  CHECK(printed({"--workers", "3", "--dump-config"}).find("workers = 3") != std::string::npos);
}
