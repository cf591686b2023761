// A no-op there and back, for a plain thread that waits on a future: two hand-offs between threads more.
#include "measurement.hpp"
#include "timing.hpp"
#include "trips.hpp"

namespace pinion::bench {

namespace {

trips::batch by_thread(node& where) {
  return [&where](int count, samples& times) {
    for (int i = 0; i < count; ++i)
      times.add(seconds_of([&] { where.submit<void>("noop").get(); }));
  };
}

} // namespace

std::vector<figure> future_on_two(const effort& how) {
  const auto of = "no-op by future, two processors";
  const auto stage = trips::on_two();
  if (!stage)
    return {skip(of, "this process may use one processor only")};
  auto result = stage->measure(of, how, by_thread);
  result.limit_times = 4;
  result.means =
      "The floor is the raw socketpair of `roundtrip`; a thread that waits hands over to the I/O thread "
      "and is woken by it, here on the same processor.";
  return {result};
}

std::vector<figure> future_on_one(const effort& how) {
  auto result = trips::on_one().measure("no-op by future, one processor", how, by_thread);
  result.limit_times = 7;
  result.means = "The same with everything on one processor: four changes of thread for the floor's two.";
  return {result};
}

} // namespace pinion::bench
