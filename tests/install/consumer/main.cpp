// A program of somebody else, built against the installed library.
#include <pinion/shm/npz.hpp>

#include <filesystem>
#include <iostream>
#include <numeric>
#include <string>

#include <unistd.h>

int main() {
  double numbers[] = {0, 1, 2, 3, 4, 5};
  pinion::view<const double> table{numbers, pinion::c_order({2, 3})};
  // The library that reads archives is found beside libpinion, wherever that was installed.
  const auto file =
      std::filesystem::temp_directory_path() / ("pinion-consumer-" + std::to_string(::getpid()) + ".npz");
  pinion::save_npz(file, {{"table", table}}, pinion::npz_packing::deflated);
  pinion::store arrays;
  const auto read = pinion::load_npz<double>(arrays, file, "table");
  std::filesystem::remove(file);
  std::cout << "sum " << std::accumulate(read.begin(), read.end(), 0.0) << ", of " << read.shape()[0] << "x"
            << read.shape()[1] << "\n";
}
