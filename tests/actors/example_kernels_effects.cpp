#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin_bench.hpp"

using namespace pinion;

using bench = plugin_bench;

namespace {

argument whole(std::int64_t x) { return x; }

} // namespace

TEST_CASE("sleep ends when it is told to stop and refuses to sleep for ever") {
  bench run;
  std::atomic<std::uint64_t> stop{0};
  std::atomic<double> progress{0};
  run.ctx = context(5, &stop, &progress);
  CHECK(std::get<double>(run("sleep", 0.001)) >= 0.001);
  CHECK(progress == 1);
  stop = 5;
  CHECK(run.failed("sleep", 1000).code == actor_errc::cancelled);
  CHECK(run.failed("sleep", -1).code == actor_errc::kernel_failed);
  CHECK(run.failed("sleep", std::numeric_limits<double>::quiet_NaN()).code == actor_errc::kernel_failed);
}

TEST_CASE("fail throws the text it is given") {
  bench run;
  const auto why = run.failed("fail", "the disk is full");
  CHECK(why.code == actor_errc::kernel_failed);
  CHECK(why.text == "fail: std::runtime_error: the disk is full");
}

TEST_CASE("crash ends its process in the way that is asked for") {
  bench run;
  CHECK(run.failed("crash", "gently").text ==
        "crash: std::invalid_argument: cannot crash by \"gently\", only by segv, abort, exit or kill");
  const auto ended = [&](const char* how) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(STDERR_FILENO);
      run.failed("crash", how);
      std::_Exit(0); // it did not crash
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
  };
  const auto signal_of = [&](const char* how) {
    const int status = ended(how);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  };
  CHECK(signal_of("segv") == SIGSEGV);
  CHECK(signal_of("abort") == SIGABRT);
  CHECK(signal_of("kill") == SIGKILL);
  const int status = ended("exit");
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 3);
}

TEST_CASE("an inbox collects chunks in any order and sums them") {
  bench run;
  const double numbers[] = {1, 2, 3.5};
  const std::string bytes(reinterpret_cast<const char*>(numbers), sizeof numbers);
  const auto total = static_cast<std::int64_t>(bytes.size());
  CHECK(run("inbox_put", "a", total, 10, bytes.substr(10)) == whole(14));
  CHECK(run.failed("inbox_sum", "a").text ==
        "inbox_sum: std::invalid_argument: inbox \"a\" has 14 of its 24 bytes");
  CHECK(run("inbox_put", "a", total, 0, bytes.substr(0, 10)) == whole(24));
  CHECK(run("inbox_sum", "a") == argument(6.5));
  CHECK(run.failed("inbox_put", "a", total, 0, "x").text.find("has all its bytes") != std::string::npos);
  CHECK(run("inbox_drop", "a") == whole(24));
  CHECK(run.failed("inbox_drop", "a").code == actor_errc::kernel_failed);
}

TEST_CASE("an inbox refuses chunks that do not fit") {
  bench run;
  CHECK(run.failed("inbox_put", "b", 8, 5, "four").code == actor_errc::kernel_failed);
  CHECK(run.failed("inbox_put", "b", -1, 0, "").code == actor_errc::kernel_failed);
  CHECK(run.failed("inbox_put", "b", 8, -1, "x").code == actor_errc::kernel_failed);
  CHECK(run("inbox_put", "b", 4, 0, "four") == whole(4));
  CHECK(run.failed("inbox_put", "b", 8, 0, "four").text.find("was made for 4 bytes") != std::string::npos);
  CHECK(run.failed("inbox_sum", "b").text.find("no whole number of float64") != std::string::npos);
  CHECK(run("inbox_drop", "b") == whole(4));
  CHECK(run("inbox_put", "empty", 0, 0, "") == whole(0));
  CHECK(run("inbox_sum", "empty") == argument(0.0));
  run("inbox_drop", "empty");
}
