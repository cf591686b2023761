// A no-op there and back, asked for where no thread hand-off is needed: by an actor on the I/O thread.
#include <memory>

#include "io_asker.hpp"
#include "measurement.hpp"
#include "trips.hpp"

namespace pinion::bench {

namespace {

trips::batch by_actor(node& where) {
  auto asker = std::make_shared<io_asker>(where, [&where] { return where.make_task({}, "noop"); });
  return [asker](int count, samples& times) { asker->ask(count, times); };
}

} // namespace

std::vector<figure> roundtrip_on_two(const effort& how) {
  const auto of = "no-op by ask, two processors";
  const auto stage = trips::on_two();
  if (!stage)
    return {skip(of, "this process may use one processor only")};
  auto result = stage->measure(of, how, by_actor);
  result.limit_times = 2.5;
  result.means =
      "The floor is a write and a read of 64 bytes on a socketpair between two processes that sleep in "
      "read(), so it pays for waking a processor each way; node and worker look for work before they sleep.";
  auto beside = stage->measure("the same, floor looks too", how, by_actor, raw_echo::wait::looking);
  beside.means =
      "A floor that looks for 50 us before it sleeps, as pinion does: what is left above it is what CAF and "
      "pinion compute, and the calls of epoll. Has no bar.";
  return {result, beside};
}

std::vector<figure> roundtrip_on_one(const effort& how) {
  auto result = trips::on_one().measure("no-op by ask, one processor", how, by_actor);
  result.limit_times = 4;
  result.means =
      "The same with everything on one processor: no waking of another one, so the ratio is what CAF and "
      "pinion compute for a task.";
  return {result};
}

} // namespace pinion::bench
