#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <vector>

#include <pinion/shm/lease_table.hpp>

#include "support/seed.hpp"

using namespace pinion;

namespace {

using right = pinion::access; // unistd.h has another one

claim on(right how, std::uint64_t offset, extents shape, extents strides, std::int64_t item = 8,
         std::uint64_t segment = 1) {
  return {{segment, offset, item, {shape, strides}}, how};
}

std::optional<lease_table::conflict> enter(lease_table& table, std::uint64_t who, std::vector<claim> claims) {
  return table.enter(who, claims);
}

// All bytes, written out.
std::set<std::int64_t> bytes_of(const stretch& of) {
  std::set<std::int64_t> result;
  const auto count = element_count(of.lay.shape);
  for (std::int64_t i = 0; i < count; ++i) {
    auto rest = i;
    auto at = static_cast<std::int64_t>(of.offset);
    for (auto axis = of.lay.rank(); axis-- > 0;) {
      at += rest % of.lay.shape[axis] * of.lay.strides[axis] * of.item;
      rest /= of.lay.shape[axis];
    }
    for (std::int64_t byte = 0; byte < of.item; ++byte)
      result.insert(at + byte);
  }
  return result;
}

// The rule, without any index.
struct plain_leases {
  struct one {
    std::uint64_t segment;
    right how;
    std::set<std::int64_t> bytes;
  };

  static bool meet(const one& a, const one& b) {
    if (a.segment != b.segment || (a.how == right::read && b.how == right::read))
      return false;
    for (const auto byte : a.bytes)
      if (b.bytes.contains(byte))
        return true;
    return false;
  }

  std::uint64_t obstacle(std::uint64_t who) const {
    std::uint64_t latest = 0;
    for (const auto& [other, theirs] : holders)
      for (const auto& x : theirs)
        for (const auto& y : holders.at(who))
          if (other < who && meet(x, y))
            latest = other;
    return latest;
  }

  std::map<std::uint64_t, std::vector<one>> holders;
};

} // namespace

TEST_CASE("readers of one array have their leases at once, a writer waits for the last of them") {
  lease_table table;
  CHECK(!enter(table, 1, {on(right::read, 4096, {100}, {1})}));
  CHECK(!enter(table, 2, {on(right::read, 4096, {100}, {1})}));
  const auto in_the_way = enter(table, 3, {on(right::write, 4096, {100}, {1})});
  REQUIRE(in_the_way);
  CHECK(in_the_way->whose == 2);
  CHECK(in_the_way->certain);
  table.leave(2);
  CHECK(table.obstacle(3)->whose == 1);
  table.leave(1);
  CHECK(!table.obstacle(3));
}

TEST_CASE("who comes after a waiting writer waits behind it, so it does not starve") {
  lease_table table;
  CHECK(!enter(table, 1, {on(right::read, 4096, {100}, {1})}));
  CHECK(enter(table, 2, {on(right::write, 4096, {100}, {1})})->whose == 1);
  CHECK(enter(table, 3, {on(right::read, 4096, {100}, {1})})->whose == 2);
  table.leave(2); // gave up waiting
  CHECK(!table.obstacle(3));
}

TEST_CASE("writers of disjoint slices have theirs side by side, interleaved rows and columns too") {
  lease_table table;
  CHECK(!enter(table, 1, {on(right::write, 4096, {5, 4}, {8, 1})}));       // rows 0, 2, ...
  CHECK(!enter(table, 2, {on(right::write, 4096 + 32, {5, 4}, {8, 1})}));  // rows 1, 3, ...
  CHECK(enter(table, 3, {on(right::write, 4096, {10}, {4})})->whose == 2); // column 0 meets both
  CHECK(!enter(table, 4, {on(right::write, 4096, {5, 4}, {8, 1}, 8, 2)})); // another segment
}

TEST_CASE("each of very many rows of one array has its own writer, contiguous or with steps") {
  for (const std::int64_t step : {1, 2}) {
    constexpr std::uint64_t rows = 30'000;
    lease_table table;
    for (std::uint64_t i = 0; i < rows; ++i)
      REQUIRE(!enter(table, i + 1, {on(right::write, 4096 + 128 * i, {8}, {step})}));
    CHECK(enter(table, rows + 1, {on(right::read, 4096 + 128 * 77, {8}, {step})})->whose == 78);
  }
}

TEST_CASE("each of very many columns of one array has its own writer") {
  // Each lies around all others: to compare it with each of them would take minutes.
  constexpr std::uint64_t columns = 30'000;
  lease_table table;
  for (std::uint64_t i = 0; i < columns; ++i)
    REQUIRE(!enter(table, i + 1, {on(right::write, 4096 + 8 * i, {50}, {columns})}));
  // Another period looks at all of them.
  CHECK(enter(table, columns + 1, {on(right::write, 4096 + 8 * 77, {25}, {2 * columns})})->whose == 78);
  CHECK(enter(table, columns + 2, {on(right::read, 4096, {columns}, {1})})->whose == columns + 1);
  table.leave(columns + 1);
  table.leave(columns + 2);
  for (std::uint64_t i = 0; i < columns; ++i)
    table.leave(i + 1);
  CHECK(table.segments() == 0);
}

TEST_CASE("the claims of one holder do not stand in each other's way, and each conflict names its claim") {
  lease_table table;
  const auto a = on(right::read, 4096, {100}, {1});
  const auto b = on(right::write, 4096, {100}, {1});
  CHECK(!enter(table, 1, {a, a, b, b}));
  const auto other = on(right::read, 8192, {10}, {1});
  const auto in_the_way = enter(table, 2, {other, a});
  REQUIRE(in_the_way);
  CHECK(in_the_way->mine == 1);
  table.leave(1);
  CHECK(!table.obstacle(2));
  table.leave(2);
  table.leave(2);
  CHECK(table.segments() == 0);
  CHECK(table.holders() == 0);
}

TEST_CASE("an array without elements is nobody's") {
  lease_table table;
  CHECK(!enter(table, 1, {on(right::write, 4096, {0}, {1})}));
  CHECK(!enter(table, 2, {on(right::write, 4096, {0}, {1})}));
  CHECK(!enter(table, 3, {on(right::write, 4096, {8}, {1})}));
}

TEST_CASE("what takes too long to tell apart is taken to meet, and said to be uncertain") {
  lease_table table;
  // 3 to the power of 16 sums, far apart in a range that is larger by far: neither divisors nor bounds tell.
  const auto knot = [](std::uint64_t offset, std::int64_t first) {
    extents shape;
    extents strides;
    for (int axis = 0; axis < 8; ++axis) {
      shape.push_back(3);
      strides.push_back(first + 1'000'003 * axis * axis + 7'919 * axis);
    }
    return on(right::write, offset, shape, strides, 1);
  };
  CHECK(!enter(table, 1, {knot(4096, 1'000'000'007)}));
  const auto in_the_way = enter(table, 2, {knot(4096 + 1'234'567'890, 1'100'000'009)});
  REQUIRE(in_the_way);
  CHECK(in_the_way->whose == 1);
  CHECK(!in_the_way->certain);
}

TEST_CASE("leases are what comparing all bytes of all holders says, for thousands of random steps") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto roll = [&](std::int64_t from, std::int64_t to) { return test::between(random, from, to); };
  int granted = 0;
  int refused = 0;
  for (int round = 0; round < 40; ++round) {
    lease_table table;
    plain_leases plain;
    std::uint64_t last = 0;
    for (int step = 0; step < 150; ++step) {
      if (roll(0, 2) != 0) {
        std::vector<claim> claims;
        for (auto count = roll(1, 3); count-- > 0;) {
          extents shape;
          extents strides;
          for (auto axis = roll(0, 3); axis-- > 0;) {
            shape.push_back(roll(roll(0, 9) == 0 ? 0 : 1, 4));
            strides.push_back(roll(-9, 9));
          }
          const auto offset = static_cast<std::uint64_t>(10'000 + roll(0, 12) * 64);
          const auto how = roll(0, 2) == 0 ? right::write : right::read;
          claims.push_back(on(how, offset, shape, strides, std::int64_t{1} << roll(0, 4),
                              static_cast<std::uint64_t>(roll(1, 2))));
        }
        auto& mine = plain.holders[++last];
        for (const auto& each : claims)
          mine.push_back({each.what.segment, each.right, bytes_of(each.what)});
        const auto expected = plain.obstacle(last);
        const auto in_the_way = table.enter(last, claims);
        REQUIRE((in_the_way ? in_the_way->whose : 0) == expected);
        ++(in_the_way ? refused : granted);
      } else if (!plain.holders.empty()) {
        auto gone = plain.holders.begin();
        std::advance(gone, roll(0, static_cast<std::int64_t>(plain.holders.size()) - 1));
        table.leave(gone->first);
        plain.holders.erase(gone);
        for (const auto& [who, claims] : plain.holders) {
          const auto in_the_way = table.obstacle(who);
          REQUIRE((in_the_way ? in_the_way->whose : 0) == plain.obstacle(who));
        }
      }
    }
    while (!plain.holders.empty()) {
      table.leave(plain.holders.begin()->first);
      plain.holders.erase(plain.holders.begin());
    }
    REQUIRE(table.segments() == 0);
  }
  // Both answers were tried.
  CHECK(granted > 500);
  CHECK(refused > 500);
}
