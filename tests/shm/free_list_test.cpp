#include <pinion/shm/free_list.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <random>
#include <vector>

#include "support/seed.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

constexpr auto unit = free_list::alignment;

// The plain model: one flag for each unit of 64 bytes.
class model {
public:
  explicit model(std::size_t units) : used_(units, false) {}

  std::optional<std::size_t> best_fit(std::size_t units) const {
    std::optional<std::size_t> best;
    std::size_t best_length = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i < used_.size();) {
      auto length = run(i);
      if (length >= units && length < best_length) {
        best = i;
        best_length = length;
      }
      i += std::max<std::size_t>(length, 1);
    }
    return best;
  }

  void set(std::size_t at, std::size_t units, bool used) {
    for (std::size_t i = at; i < at + units; ++i) {
      REQUIRE(used_[i] != used);
      used_[i] = used;
    }
  }

  std::size_t free_units() const {
    return static_cast<std::size_t>(std::count(used_.begin(), used_.end(), false));
  }

  std::size_t largest() const {
    std::size_t most = 0;
    for (std::size_t i = 0; i < used_.size(); ++i)
      most = std::max(most, run(i));
    return most;
  }

private:
  std::size_t run(std::size_t from) const {
    std::size_t length = 0;
    while (from + length < used_.size() && !used_[from + length])
      ++length;
    return length;
  }

  std::vector<bool> used_;
};

} // namespace

TEST_CASE("a free list gives the same as a plain search for the best fit, for any order of calls") {
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  constexpr std::uint64_t begin = 4096;
  for (int round = 0; round < 40; ++round) {
    auto units = static_cast<std::size_t>(between(random, 1, 120));
    free_list sut(begin, units * unit);
    model expected(units);
    std::vector<std::pair<std::uint64_t, std::size_t>> taken;
    for (int step = 0; step < 300; ++step) {
      if (taken.empty() || between(random, 0, 99) < 55) {
        auto wanted = static_cast<std::size_t>(between(random, 1, 12));
        auto offset = sut.take(wanted * unit);
        auto place = expected.best_fit(wanted);
        REQUIRE(offset.has_value() == place.has_value());
        if (offset) {
          REQUIRE(*offset == begin + *place * unit);
          expected.set(*place, wanted, true);
          taken.emplace_back(*offset, wanted);
        }
      } else {
        auto which =
            static_cast<std::size_t>(between(random, 0, static_cast<std::int64_t>(taken.size()) - 1));
        auto [offset, size] = taken[which];
        taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(which));
        sut.give(offset, size * unit);
        expected.set((offset - begin) / unit, size, false);
      }
      REQUIRE(sut.free_bytes() == expected.free_units() * unit);
      REQUIRE(sut.largest() == expected.largest() * unit);
      REQUIRE(sut.whole() == taken.empty());
    }
    for (auto [offset, size] : taken)
      sut.give(offset, size * unit);
    REQUIRE(sut.whole());
    REQUIRE(sut.largest() == units * unit);
  }
}

TEST_CASE("requests are rounded up to the alignment, and never to less than asked for") {
  CHECK(free_list::rounded(0) == 64);
  CHECK(free_list::rounded(1) == 64);
  CHECK(free_list::rounded(64) == 64);
  CHECK(free_list::rounded(65) == 128);
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  CHECK(free_list::rounded(most - 63) == most - 63);
  CHECK(free_list::rounded(most - 62) == 0);
  CHECK(free_list::rounded(most) == 0);
}

TEST_CASE("a free list of nothing gives nothing") {
  free_list sut(4096, 0);
  CHECK(sut.whole());
  CHECK_FALSE(sut.take(64));
}
