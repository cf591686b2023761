// The calls of Python's pools: one, many, lazily, when they are done, and in a coroutine.
#include <pinion/pinion.hpp>

#include <cmath>
#include <cstdio>
#include <numeric>
#include <ranges>
#include <vector>

// [calls]
double norm(pinion::view<const double> x) {
  return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
}
double power(double x, int n) { return std::pow(x, n); }
double half(double x) { return x / 2; }

PINION_KERNELS(k) {
  k.add("norm", norm);
  k.add("power", power);
  k.add("half", half);
}

pinion::coroutine<double> cube_of_norm(pinion::node& node, pinion::array<double> x) {
  const double length = co_await node.submit<double>("norm", x); // the thread is free meanwhile
  co_return co_await node.submit<double>("power", length, 3);
}

int main(int argc, char** argv) {
  pinion::node node{pinion::config::from(argc, argv)};
  const auto table = node.full<double>({100, 4}, 2.0);

  // submit: one call, now or later; a kernel with its type refuses wrong arguments when it is compiled.
  const pinion::kernel<decltype(norm)> typed_norm{"norm"};
  auto one = node.submit(typed_norm, table.row(0));

  // map: results in the order of the items, as they come. Rows are slices of the table, not copies.
  double total = 0;
  for (const double length : node.map<double>("norm", pinion::rows(table)))
    total += length;
  const auto squares = node.map<double>("power", std::vector<double>{1, 2, 3}, pinion::same(2)).get();
  const auto powers =
      node.starmap<double>("power", std::vector<std::pair<double, int>>{{2, 3}, {3, 2}}).get();

  // imap: from a range that may be endless, a few items ahead of the result that is looked at.
  auto numbers = std::views::iota(1);
  double last = 0;
  for (const double each : node.imap<double>("half", numbers))
    if ((last = each) > 10)
      break;

  // When they are done: any, all, one after the other, told to a function, cancelled.
  std::vector<pinion::future<double>> several;
  for (std::int64_t i = 0; i < 4; ++i)
    several.push_back(node.submit<double>("norm", table.row(i)));
  const auto first = pinion::wait_any(several);
  pinion::wait_all(several);
  several[*first].then([](const pinion::future<double>& done) { std::printf("told: %g\n", done.get()); });
  const auto cubed = cube_of_norm(node, table).get();
  std::printf("calls: %g %g %g %g %g %g\n", one.get(), total, squares[2], powers[0], last, cubed);
}
// [calls end]
