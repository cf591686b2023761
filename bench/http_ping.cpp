// /ping: how many a second, and how late while all workers compute.
#include <algorithm>
#include <optional>
#include <thread>

#include <pinion/runtime/http/server.hpp>
#include <pinion/runtime/node.hpp>

#include "epoll_server.hpp"
#include "fastapi_server.hpp"
#include "http_crowd.hpp"
#include "http_probe.hpp"
#include "measurement.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t workers = 2;
constexpr int clients = 32; // connections, each of which asks again once it has its answer
constexpr std::chrono::milliseconds pace{2};

http::address any_port() { return http::address::parse("127.0.0.1:0"); }

figure against_epoll(const samples& floor, const samples& ours) {
  auto result = compare("/ping, 32 connections, against epoll", floor, ours);
  result.limit_times = 1 / 0.7;
  result.means =
      "Time a request, by one thread that does little else. The floor is a process with one thread around "
      "epoll that looks for the end of a request and answers; the bar is 0.7 of its requests a second.";
  return result;
}

figure against_fastapi(const samples& floor, const samples& ours) {
  auto result = compare("the same against FastAPI", floor, ours);
  result.limit_times = 1.0 / 15;
  result.means =
      "The floor is FastAPI under uvicorn, one process, as Debian has them; the bar is 15 times its requests "
      "a second.";
  return result;
}

bool all_run(const node& whose, const std::string& kernel) {
  const auto now = whose.status().workers;
  return std::all_of(now.begin(), now.end(), [&](const auto& each) { return each.running == kernel; });
}

void wait_until_all_run(const node& whose, const std::string& kernel) {
  while (!all_run(whose, kernel))
    std::this_thread::sleep_for(1ms);
}

samples pings_while_all_compute(node& whose, http_probe& client, std::size_t count) {
  std::vector<future<void>> tasks;
  for (std::size_t i = 0; i < workers; ++i)
    tasks.push_back(whose.submit<void>("crunch"));
  wait_until_all_run(whose, "crunch");
  auto result = client.pings(pace, count);
  for (const auto& each : tasks)
    each.cancel();
  wait_until_all_run(whose, "");
  return result;
}

} // namespace

std::vector<figure> http_ping_rate(const effort& how) {
  confine_to_two();
  const epoll_server epoll; // it forks, so before the node
  const auto without_fastapi = why_no_fastapi();
  std::optional<fastapi_server> fastapi;
  if (without_fastapi.empty())
    fastapi.emplace();
  node behind(node_with(workers));
  behind.wait_ready();
  http::server door(behind);
  const auto ours = door.listen(any_port()).port;
  const auto time = how.repeats > 1 ? 500ms : 50ms;
  const auto load = [&](std::uint16_t port) { return http_crowd(port, clients).seconds_a_ping(time); };
  samples epoll_times;
  samples fastapi_times;
  samples our_times;
  alternate(
      how.repeats * 3,
      [&] {
        epoll_times.add(load(epoll.port()));
        if (fastapi)
          fastapi_times.add(load(fastapi->port()));
      },
      [&] { our_times.add(load(ours)); });
  return {against_epoll(epoll_times, our_times), fastapi ? against_fastapi(fastapi_times, our_times)
                                                         : skip("the same against FastAPI", without_fastapi)};
}

std::vector<figure> http_ping_meanwhile(const effort& how) {
  confine_to_two();
  const auto count = static_cast<std::size_t>(how.trips) * 4;
  node behind(node_with(workers));
  behind.wait_ready();
  http::server door(behind);
  http_probe client(door.listen(any_port()).port);
  samples idle_p50;
  samples idle_p99;
  samples busy_p50;
  samples busy_p99;
  for (int repeat = 0; repeat < how.repeats; ++repeat) {
    const auto idle = client.pings(pace, count);
    idle_p50.add(idle.percentile(0.5));
    idle_p99.add(idle.percentile(0.99));
    const auto busy = pings_while_all_compute(behind, client, count);
    busy_p50.add(busy.percentile(0.5));
    busy_p99.add(busy.percentile(0.99));
  }
  auto p99 = compare("/ping while all workers compute, p99", idle_p99, busy_p99);
  p99.limit_times = 2;
  p99.limit_plus = 0.001;
  p99.means = "A ping every 2 ms on one connection, from when it was planned; the floor is the same while "
              "all workers are idle.";
  auto p50 = compare("the same, p50", idle_p50, busy_p50);
  p50.means = "Half of the answers take no longer.";
  return {p99, p50};
}

} // namespace pinion::bench
