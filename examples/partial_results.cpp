// A kernel tells its asker what it has so far: better and better estimates of pi, until they are good enough.
#include <cmath>
#include <cstdio>
#include <random>

#include <pinion/pinion.hpp>

namespace {

// [kernel]
double estimate_pi(std::int64_t rounds, pinion::context& run) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> side(0, 1);
  double inside = 0;
  double all = 0;
  for (std::int64_t i = 1; i <= rounds && !run.stop_requested(); ++i) {
    for (int k = 0; k < 100'000; ++k, ++all)
      inside += std::hypot(side(random), side(random)) < 1 ? 1 : 0;
    run.progress(static_cast<double>(i) / static_cast<double>(rounds));
    run.emit(4 * inside / all); // to the asker, at once
  }
  return 4 * inside / all;
}
// [kernel end]

} // namespace

PINION_KERNELS(k) { k.add("estimate_pi", estimate_pi); }

int main(int argc, char** argv) {
  pinion::node node{pinion::config::from(argc, argv)};
  // [each]
  pinion::task_options how;
  how.partial = true; // else what is emitted goes nowhere, and costs nothing
  const auto pi = node.submit<double>(how, "estimate_pi", 20);
  int seen = 0;
  pi.each<double>([&](double so_far, double progress) {
    ++seen;
    std::printf("%3.0f %%  %.3f\n", 100 * progress, so_far);
  });
  std::printf("pi: about %.2f, after %d estimates\n", pi.get(), seen);
  // [each end]
}
