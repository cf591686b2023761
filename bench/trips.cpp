#include "trips.hpp"

#include <pinion/runtime/affinity.hpp>

#include "timing.hpp"

namespace pinion::bench {

figure trips::measure(const std::string& of, const effort& how, const std::function<batch(node&)>& prepare,
                      raw_echo::wait floor) const {
  pin_this_thread({where_.asks, where_.works});
  raw_echo echo(where_.works, floor);
  node ours(node_with(1));
  ours.wait_ready();
  pin_this_thread({where_.asks});
  const auto ask = prepare(ours);
  samples floor_times;
  samples our_times;
  samples warm_up;
  ask(how.trips, warm_up);
  alternate(
      how.rounds,
      [&] {
        for (int i = 0; i < how.trips; ++i)
          floor_times.add(seconds_of([&] { echo.trip(); }));
      },
      [&] { ask(how.trips, our_times); });
  return compare(of, floor_times, our_times);
}

} // namespace pinion::bench
