// An actor with a process of its own keeps a model, k-means over a stream of points, through kill -9.
#include <cmath>
#include <csignal>
#include <cstdio>
#include <iterator>

#include <pinion/pinion.hpp>

namespace {

using learn = caf::atom_constant<caf::atom("learn")>;
using crash = caf::atom_constant<caf::atom("crash")>;

// [state]
// Rows of the state: a centre, x and y, and how many points it has had. Each point moves the nearest centre
// (MacQueen, Some methods for classification and analysis of multivariate observations, 1967).
void take(pinion::view<double> centres, double x, double y) {
  const auto distance = [&](std::int64_t i) { return std::hypot(centres(i, 0) - x, centres(i, 1) - y); };
  std::int64_t nearest = 0;
  for (std::int64_t i = 1; i < centres.shape(0); ++i)
    if (distance(i) < distance(nearest))
      nearest = i;
  const auto count = ++centres(nearest, 2);
  centres(nearest, 0) += (x - centres(nearest, 0)) / count;
  centres(nearest, 1) += (y - centres(nearest, 1)) / count;
}

caf::behavior k_means(caf::event_based_actor*, pinion::actor_context& here) {
  auto model = here.state<double>(); // as the last commit left it, also that of a process that is dead
  return {
      // The change is made in a second copy, and is the state from the moment that this function returns.
      [model](learn, double x, double y) mutable {
        model.change([&](const pinion::view<double>& next) { take(next, x, y); });
      },
      // A fault at the worst moment: the copy is half written.
      [model](crash) mutable {
        model.change([](const pinion::view<double>& next) {
          next(0, 0) = std::nan("");
          ::raise(SIGKILL);
        });
      },
  };
}
// [state end]

} // namespace

PINION_KERNELS(k) { k.add_actor("k_means", k_means, "Online k-means over points in the plane."); }

int main(int argc, char** argv) {
  pinion::node node{pinion::config::from(argc, argv)};
  auto start = node.zeros<double>({2, 3});
  start(1, 0) = start(1, 1) = 1;
  // [spawn]
  pinion::actor_options how;
  how.with_state(start);
  const auto model = node.spawn_actor("k_means", how);

  caf::scoped_actor self{node.system()};
  const auto tell = [&](auto... message) {
    self->request(model.handle(), std::chrono::seconds{20}, message...)
        .receive([] {}, [](const caf::error& why) { std::printf("%s\n", pinion::text_of(why).c_str()); });
  };
  for (int i = 0; i < 600; ++i) {
    const double side = i % 2 == 0 ? 0 : 10; // two clouds of points
    tell(learn::value, side + i % 7 - 3, side + i % 5 - 2);
    if (i == 300)
      tell(crash::value);
  }
  // [spawn end]
  const auto centres = model.state<double>(); // read from shared memory; nobody is asked
  std::printf("k-means: %.0f points, in %d processes; centres (%.0f, %.0f) and (%.0f, %.0f)\n",
              centres[2] + centres[5], static_cast<int>(model.status().life), std::abs(centres[0]),
              std::abs(centres[1]), centres[3], centres[4]);
}
