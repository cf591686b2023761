#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <pinion/runtime/desk_wire.hpp>
#include <pinion/runtime/rendezvous.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <support/named_node.hpp>

using namespace pinion;
namespace fs = std::filesystem;
using test::eventually;
using test::own_names;
using test::program;
using test::run;
using test::running_node;

namespace {

nlohmann::json status(const own_names& names) {
  std::string out;
  REQUIRE(run({"ps", "--node", "lab", "--json"}, names, &out) == 0);
  return nlohmann::json::parse(out)[0];
}

// What the node says next to a client that was connected by hand; empty when it hangs up first.
std::string heard(const descriptor& client) {
  ::fcntl(client.get(), F_SETFL, 0); // to wait
  const auto read = [&](std::size_t size) {
    std::string bytes(size, '\0');
    const auto got = ::recv(client.get(), bytes.data(), size, MSG_WAITALL);
    return got == static_cast<ssize_t>(size) ? bytes : std::string{};
  };
  const auto prefix = read(frame_prefix);
  return prefix.empty() ? prefix : read(frame_length(prefix));
}

failure refusal(const descriptor& client) {
  const auto answer = unpack_answer(heard(client));
  REQUIRE(std::holds_alternative<failure>(answer.result.result));
  return std::get<failure>(answer.result.result);
}

std::vector<descriptor> connect_many(const own_names& names, int count) {
  std::vector<descriptor> result;
  for (int i = 0; i < count; ++i)
    result.push_back(connect_to_node(names.folder, "lab"));
  return result;
}

} // namespace

TEST_CASE("a client that goes away takes its tasks along, those that run and those that wait") {
  const own_names names;
  running_node lab(names, "lab", "1");
  test::process runs({program, "call", "--node", "lab", "sleep", "600"}, names.environment);
  REQUIRE(eventually([&] { return status(names)["workers"][0]["running"] == "sleep"; }));
  test::process waits({program, "call", "--node", "lab", "sleep", "600"}, names.environment);
  REQUIRE(eventually([&] { return status(names)["queued"] == 1; }));
  waits.signal(SIGKILL);
  CHECK(eventually([&] { return status(names)["queued"] == 0; }));
  CHECK(status(names)["workers"][0]["running"] == "sleep");
  runs.signal(SIGKILL);
  CHECK(eventually([&] { return status(names)["workers"][0]["state"] == "idle"; }));
  const auto now = status(names);
  CHECK(now["withdrawn"] == 2);
  CHECK(now["workers"][0]["restarts"] == 0); // sleep heeds the request to stop
  std::string out;
  CHECK(run({"call", "--node", "lab", "fib", "10"}, names, &out) == 0);
  CHECK(out == "55\n");
}

TEST_CASE("whoever waits for a node that is stopped is told so") {
  const own_names names;
  running_node lab(names, "lab", "1");
  test::process waits({program, "call", "--node", "lab", "sleep", "600"}, names.environment);
  REQUIRE(eventually([&] { return status(names)["workers"][0]["running"] == "sleep"; }));
  CHECK(run({"stop", "lab"}, names) == 0);
  CHECK(waits.wait() == 1);
  CHECK(waits.err() == "pinion: sleep: the node stopped before it was done\n");
}

TEST_CASE("a client too many is told so, and the others are served") {
  const own_names names;
  running_node lab(names, "lab", "1");
  auto clients = connect_many(names, 512);
  const auto one_more = connect_to_node(names.folder, "lab");
  CHECK(refusal(one_more).code == actor_errc::overloaded);
  CHECK(heard(one_more).empty());
  test::process told({program, "ps", "--node", "lab"}, names.environment);
  CHECK(told.wait() == 1);
  CHECK(told.err().find("512 clients already") != std::string::npos);
  clients.pop_back();
  // The place is free when the node has seen that.
  CHECK(eventually([&] { return run({"ps", "--node", "lab"}, names) == 0; }));
}

TEST_CASE("a node without a descriptor left shows clients out, and serves again when one has gone") {
  const own_names names;
  running_node lab(names, {"sh", "-c", "ulimit -n 100; exec " + program + " node --name lab --workers 1"});
  auto clients = connect_many(names, 100);
  const auto why = refusal(clients.back());
  CHECK(why.code == actor_errc::overloaded);
  CHECK(why.text.find("ulimit -n") != std::string::npos);
  clients.clear();
  CHECK(eventually([&] { return run({"ps", "--node", "lab"}, names) == 0; }));
}

TEST_CASE("a client that reads nothing is let go with all that was kept for it") {
  const own_names names;
  running_node lab(names, "lab", "1");
  const auto open_files = [&] {
    return std::distance(fs::directory_iterator("/proc/" + std::to_string(lab.node.pid()) + "/fd"),
                         fs::directory_iterator());
  };
  const auto before = open_files();
  const auto mute = connect_to_node(names.folder, "lab");
  REQUIRE(eventually([&] { return open_files() > before; }));
  ::fcntl(mute.get(), F_SETFL, 0); // to wait for room
  desk_request question;
  question.what = desk_request::kind::kernels;
  const auto frame = pack_frame(question);
  // Until the node hangs up; each answer is some kilobytes, and 128 MiB may wait.
  for (int i = 0; i < 1'000'000; ++i)
    if (::send(mute.get(), frame.data(), frame.size(), MSG_NOSIGNAL) < 0)
      break;
  CHECK(eventually([&] { return open_files() == before; }));
  CHECK(run({"ps", "--node", "lab"}, names) == 0);
}

TEST_CASE("a standard error that nobody reads holds up neither the replacement of workers nor the end") {
  const own_names names;
  int pipe[2];
  REQUIRE(::pipe2(pipe, O_CLOEXEC | O_NONBLOCK) == 0);
  const std::string filling(4096, 'x');
  while (::write(pipe[1], filling.data(), filling.size()) > 0)
    ;
  ::fcntl(pipe[1], F_SETFL, 0); // the node's end blocks
  running_node lab(names, {"sh", "-c",
                           "exec " + program + " node --name lab --workers 1 --log-level info 2>/proc/" +
                               std::to_string(::getpid()) + "/fd/" + std::to_string(pipe[1])});
  const auto worker = status(names)["workers"][0]["pid"].get<pid_t>();
  ::kill(worker, SIGKILL);
  CHECK(eventually([&] {
    const auto now = status(names)["workers"][0];
    return now["restarts"] == 1 && now["state"] == "idle";
  }));
  CHECK(run({"stop", "lab"}, names) == 0);
  CHECK(lab.node.wait() == 0);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST_CASE("a moment without descriptors costs a worker that died some time, not its place") {
  const own_names names;
  running_node lab(names, {program, "node", "--name", "lab", "--workers", "1", "--log-level", "info"});
  const auto worker = status(names)["workers"][0]["pid"].get<pid_t>();
  rlimit usual{};
  REQUIRE(::prlimit(lab.node.pid(), RLIMIT_NOFILE, nullptr, &usual) == 0);
  const rlimit none{8, usual.rlim_max};
  REQUIRE(::prlimit(lab.node.pid(), RLIMIT_NOFILE, &none, nullptr) == 0);
  ::kill(worker, SIGKILL);
  const auto refusals = [&] {
    int result = 0;
    const auto said = lab.node.err();
    for (auto at = said.find("(pid 0) ended"); at != std::string::npos;
         at = said.find("(pid 0) ended", at + 1))
      ++result;
    return result;
  };
  CHECK(eventually([&] { return refusals() > 5; }));
  REQUIRE(::prlimit(lab.node.pid(), RLIMIT_NOFILE, &usual, nullptr) == 0);
  CHECK(eventually([&] { return status(names)["workers"][0]["state"] == "idle"; }));
}
