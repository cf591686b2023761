// A program of somebody else, built against the installed library.
#include <pinion/shm/view.hpp>

#include <iostream>
#include <numeric>

int main() {
  double numbers[] = {0, 1, 2, 3, 4, 5};
  pinion::view<const double> table{numbers, pinion::c_order({2, 3})};
  std::cout << "sum " << std::accumulate(table.begin(), table.end(), 0.0) << ", of " << table.shape(0) << "x"
            << table.shape(1) << "\n";
}
