// Chains of views at random, and what NumPy makes of the same: tests/numpy/views.py is the other half.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <pinion/shm/overlap.hpp>
#include <pinion/shm/view.hpp>

#include "support/numpy.hpp"
#include "support/scratch_directory.hpp"
#include "support/seed.hpp"

using namespace pinion;

namespace {

using look = view<const std::int16_t>;

constexpr std::int64_t base_size = 1000;

std::string list(const extents& of) {
  std::string text = "[";
  for (const auto each : of)
    text += (text.size() > 1 ? "," : "") + std::to_string(each);
  return text + "]";
}

// One chain: the operations as a line for the script, and the view that they lead to.
class chain {
public:
  chain(const std::int16_t* base, std::mt19937_64& random) : random_(&random) {
    extents shape;
    std::int64_t count = 1;
    for (auto axes = roll(1, 4); axes > 0; --axes) {
      shape.push_back(roll(roll(0, 19) == 0 ? 0 : 1, 5));
      count *= shape[shape.size() - 1];
    }
    const auto first = roll(0, 60);
    now_ = look(base + first, c_order(shape));
    done_ = "[\"begin\"," + std::to_string(first) + "," + std::to_string(count) + "," + list(shape) + "]";
    for (auto steps = roll(1, 6); steps > 0; --steps)
      step();
  }

  const look& view() const { return now_; }
  std::string line(const std::int16_t* base, const std::string& meets_last) const {
    return "{\"ops\":[" + done_ + "],\"at\":" + std::to_string(now_.data() - base) +
           ",\"shape\":" + list(now_.shape()) + ",\"strides\":" + list(now_.strides()) +
           ",\"meets_last\":" + meets_last + "}\n";
  }

private:
  std::int64_t roll(std::int64_t low, std::int64_t high) { return test::between(*random_, low, high); }

  void note(const std::string& operation) { done_ += ",[" + operation + "]"; }

  void step() {
    const auto rank = static_cast<std::int64_t>(now_.rank());
    const auto axis = static_cast<std::size_t>(roll(0, rank == 0 ? 0 : rank - 1));
    switch (roll(0, 7)) {
    case 0:
    case 1:
      return slice(axis);
    case 2:
      return permute();
    case 3:
      return reshape();
    case 4:
      return broadcast();
    case 5:
      now_ = now_.squeeze();
      return note("\"squeeze\"");
    case 6:
      if (now_.rank() == max_rank)
        return;
      now_ = now_.unsqueeze(axis);
      return note("\"unsqueeze\"," + std::to_string(axis));
    default:
      if (rank < 2 || now_.shape(0) == 0)
        return;
      const auto index = roll(0, now_.shape(0) - 1);
      now_ = now_.row(index);
      return note("\"row\"," + std::to_string(index));
    }
  }

  void slice(std::size_t axis) {
    if (now_.rank() == 0)
      return;
    const auto extent = now_.shape(axis);
    auto step = roll(1, 3);
    auto start = roll(0, extent);
    auto stop = roll(0, extent);
    if (roll(0, 1) == 1) {
      step = -step;
      start -= 1;
      stop -= 1;
    }
    now_ = now_.slice(axis, start, stop, step);
    note("\"slice\"," + std::to_string(axis) + "," + std::to_string(start) + "," + std::to_string(stop) +
         "," + std::to_string(step));
  }

  void permute() {
    std::vector<std::int64_t> order(now_.rank());
    for (std::size_t i = 0; i < order.size(); ++i)
      order[i] = static_cast<std::int64_t>(i);
    std::shuffle(order.begin(), order.end(), *random_);
    const extents wanted{std::span<const std::int64_t>(order)};
    now_ = now_.transpose(wanted);
    note("\"transpose\"," + list(wanted));
  }

  void reshape() {
    extents wanted;
    auto left = now_.size();
    for (auto axes = roll(0, 3); axes > 0 && left > 0; --axes) {
      const auto extent = roll(1, 6);
      if (left % extent == 0) {
        wanted.push_back(extent);
        left /= extent;
      }
    }
    wanted.push_back(left);
    const auto lay = reshaped(now_.lay(), wanted);
    note("\"reshape\"," + list(wanted) + (lay ? ",true" : ",false"));
    if (lay)
      now_ = now_.reshape(wanted);
  }

  void broadcast() {
    extents wanted;
    for (auto more = roll(0, 1); more > 0 && now_.rank() < max_rank; --more)
      wanted.push_back(roll(1, 3));
    for (const auto extent : now_.shape())
      wanted.push_back(extent == 1 ? roll(1, 3) : extent);
    now_ = now_.broadcast(wanted);
    note("\"broadcast\"," + list(wanted));
  }

  std::mt19937_64* random_;
  look now_;
  std::string done_;
};

std::string meet(const look& a, const look& b) {
  const auto place = [](const look& of) {
    // Where the base begins in its segment does not matter.
    return stretch{1, reinterpret_cast<std::uintptr_t>(of.data()), sizeof(std::int16_t), of.lay()};
  };
  switch (overlap_of(place(a), place(b), 10'000'000)) {
  case overlap::none:
    return "false";
  case overlap::some:
    return "true";
  case overlap::unknown:
    break;
  }
  return "null";
}

} // namespace

TEST_CASE(
    "chains of slices, transposes, reshapes and broadcasts, and whether two meet, are as NumPy has them") {
  if (!test::has_numpy())
    return;
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::vector<std::int16_t> base(base_size);
  const test::scratch_directory files("numpy-views");
  const auto cases = files / "cases";
  {
    std::ofstream out(cases);
    look last;
    for (int i = 0; i < 6000; ++i) {
      const chain next(base.data(), random);
      out << next.line(base.data(), meet(next.view(), last));
      last = next.view();
    }
  }
  const auto command =
      test::numpy_python + " -B " PINION_SOURCE_DIR "/tests/numpy/views.py '" + cases.string() + "'";
  CHECK(std::system(command.c_str()) == 0);
}
