// Embedding pinion: kernels, a node, arrays that lie in shared memory, and results that a plain thread waits
// for.
#include <pinion/pinion.hpp>

#include <algorithm>
#include <cstdio>
#include <numeric>

// [readme]
// A kernel is a plain function. A const view is read, another view may be written.
double dot(pinion::view<const double> a, pinion::view<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}
void fill(pinion::view<double> a, double with) { std::fill(a.begin(), a.end(), with); }

PINION_KERNELS(k) {
  k.add("dot", dot);
  k.add("fill", fill);
}

int main(int argc, char** argv) {
  // In a worker process this line runs the worker and does not return.
  pinion::node node{pinion::config::from(argc, argv)};
  auto a = node.zeros<double>({1000, 1000}); // in shared memory; a task only says where
  auto b = node.zeros<double>({1000, 1000});
  auto first = node.submit<void>("fill", a, 1.0);
  auto second = node.submit<void>("fill", b, 2.0); // on another worker, at the same time
  first.get();
  second.get();
  std::printf("dot: %.0f\n", node.submit<double>("dot", a, b).get());
}
// [readme end]
