#include <doctest/doctest.h>

#include <map>
#include <random>

#include <pinion/runtime/http/guest_list.hpp>
#include <pinion/runtime/http/timetable.hpp>

using namespace pinion;
using namespace pinion::http;

namespace {

// Some actors, which do nothing.
struct some_actors {
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  std::vector<caf::actor> all;

  explicit some_actors(int count) {
    for (int i = 0; i < count; ++i)
      all.push_back(system.spawn([](caf::event_based_actor*, int) { return caf::behavior{[](int) {}}; }, 0));
  }
  ~some_actors() {
    for (const auto& each : all)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  }
};

time_point at(int ms) { return time_point{} + std::chrono::milliseconds{ms}; }

} // namespace

TEST_CASE("who is due is woken once, in the order of the times, whatever was set before") {
  const some_actors actors(8);
  std::mt19937 random(4711);
  timetable sut;
  std::map<caf::actor_addr, int> model;
  for (int step = 0; step < 2000; ++step) {
    const auto whom = actors.all[random() % actors.all.size()].address();
    const auto when = static_cast<int>(random() % 100);
    if (when < 20) {
      sut.set(whom, never);
      model.erase(whom);
    } else {
      sut.set(whom, at(when));
      model[whom] = when;
    }
    if (step % 5 != 0)
      continue;
    const auto now = static_cast<int>(random() % 100);
    int last = 0;
    for (const auto& each : sut.due(at(now))) {
      REQUIRE(model.contains(each));
      CHECK(model[each] <= now);
      CHECK(model[each] >= last);
      last = model[each];
      model.erase(each);
    }
    for (const auto& [each, time] : model)
      CHECK(time > now);
    CHECK(sut.empty() == model.empty());
  }
}

TEST_CASE("a client is an address, and keeps its number as long as it has a connection") {
  const some_actors actors(3);
  guest_list sut;
  const auto first = sut.client("10.0.0.7");
  sut.enter("10.0.0.7", actors.all[0]);
  sut.enter("10.0.0.7", actors.all[1]);
  sut.enter("10.0.0.8", actors.all[2]);
  CHECK(sut.client("10.0.0.7") == first);
  CHECK(sut.client("10.0.0.8") != first);
  CHECK(sut.of("10.0.0.7") == 2);
  CHECK(sut.of("10.0.0.9") == 0);
  CHECK(sut.size() == 3);
  CHECK(sut.find(actors.all[0].address()) == actors.all[0]);
  sut.leave(actors.all[0].address());
  sut.leave(actors.all[0].address());
  CHECK(sut.of("10.0.0.7") == 1);
  CHECK_FALSE(sut.find(actors.all[0].address()));
  sut.leave(actors.all[1].address());
  CHECK(sut.of("10.0.0.7") == 0);
  CHECK(sut.size() == 1);
}
