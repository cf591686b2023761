// A task says where an array lies, so a large one is handed over as fast as a small one.
#include <algorithm>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>

#include "io_asker.hpp"
#include "measurement.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

std::vector<figure> handover(const effort& how) {
  confine_to_two();
  node ours(node_with(1));
  constexpr std::int64_t few = 64 * 1024 / sizeof(double);
  const auto touched = [&](std::int64_t count) {
    auto made = ours.empty<double>({count});
    std::fill_n(made.data(), count, 1.0);
    ours.submit<double>("sum", made).get();
    return made;
  };
  const auto large = touched(how.doubles());
  const auto small = touched(few);
  samples large_times;
  samples small_times;
  samples warm_up;
  {
    io_asker ask_large(ours, [&] { return ours.make_task({}, "look", large); });
    io_asker ask_small(ours, [&] { return ours.make_task({}, "look", small); });
    ask_large.ask(how.trips, warm_up);
    ask_small.ask(how.trips, warm_up);
    alternate(
        how.rounds, [&] { ask_small.ask(how.trips, small_times); },
        [&] { ask_large.ask(how.trips, large_times); });
  }
  auto result = compare(scenario::bytes_text(static_cast<double>(how.array_bytes)) + " against 64 KiB",
                        small_times, large_times);
  result.limit_times = 1.2;
  result.means =
      "The floor is the same no-op with the small array, both touched by node and worker before: only a "
      "reference travels, so size must not show.";
  return {result};
}

} // namespace pinion::bench
