// sleep: a kernel that takes time and listens: it stops when asked to and tells how far it is.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string>
#include <thread>

#include <pinion/actors/kernels_macro.hpp>

namespace {

using seconds = std::chrono::duration<double>;
using clock = std::chrono::steady_clock;

// How long a caller waits at most until a sleeper notices that it should stop.
constexpr auto nap = std::chrono::milliseconds(5);
constexpr double longest = 1e6;

double sleep_for(double wanted, pinion::context& ctx) {
  if (!(wanted >= 0 && wanted <= longest))
    throw std::invalid_argument("cannot sleep for " + std::to_string(wanted) +
                                " s, only from 0 to a million");
  const auto began = clock::now();
  const auto until = began + std::chrono::duration_cast<clock::duration>(seconds(wanted));
  for (auto now = began; now < until; now = clock::now()) {
    ctx.throw_if_stopped();
    ctx.progress(seconds(now - began).count() / wanted);
    std::this_thread::sleep_for(std::min<clock::duration>(nap, until - now));
  }
  ctx.progress(1);
  return seconds(clock::now() - began).count();
}

} // namespace

PINION_KERNELS(k) {
  k.add("sleep", sleep_for, "sleeps for that many seconds, or until it is told to stop; gives how long");
}
