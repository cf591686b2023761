// Loading and mapping a large .npy whose pages the system has in its cache.
#include <stdexcept>
#include <string>

#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/npy_map.hpp>
#include <pinion/shm/store.hpp>

#include "child.hpp"
#include "measurement.hpp"
#include "npy_file.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

double cat(const npy_file& file) {
  return seconds_of([&] {
    child reader("/bin/sh", {"-c", "exec cat \"$0\" > /dev/null", file.path().string()});
    if (const auto end = reader.wait(); !end.empty())
      throw std::runtime_error("load: cat " + end);
  });
}

double load_into(backing kind, const npy_file& file) {
  store_options options;
  options.kind = kind;
  store arrays(options);
  any_array loaded;
  return seconds_of([&] { loaded = load_npy(arrays, file.path()); });
}

figure loading(const effort& how, const npy_file& file, backing kind, const std::string& where) {
  samples floor;
  samples ours;
  load_into(kind, file);
  alternate(
      how.repeats + 2, [&] { floor.add(cat(file)); }, [&] { ours.add(load_into(kind, file)); });
  auto result =
      compare(scenario::bytes_text(static_cast<double>(how.array_bytes)) + " .npy, " + where, floor, ours);
  result.limit_times = 1.5;
  result.means =
      "The floor is cat of the file to /dev/null, page cache warm; ours puts it into fresh memory.";
  return result;
}

figure mapping(const effort& how, const npy_file& file) {
  samples floor;
  samples ours;
  alternate(
      how.repeats + 2, [&] { floor.add(cat(file)); },
      [&] {
        view<const double> mapped;
        ours.add(seconds_of([&] { mapped = map_npy<double>(file.path()); }));
      });
  auto result = compare("the same, mapped", floor, ours);
  result.means = "map_npy: the file's pages are the array's, and nothing is read before it is used.";
  return result;
}

} // namespace

std::vector<figure> load(const effort& how) {
  const npy_file file(how.array_bytes);
  return {loading(how, file, backing::named, "loaded into /dev/shm"),
          loading(how, file, backing::memfd, "loaded into memory without a name"), mapping(how, file)};
}

} // namespace pinion::bench
