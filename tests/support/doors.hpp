#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <pinion/pinion.hpp>

#include <support/hold.hpp>
#include <support/process.hpp>

namespace pinion::test {

/// Doors in shared memory at which kernels wait until the test opens them, so that a test knows what runs and
/// what does not, without a look at the clock.
class doors {
public:
  doors(node& where, std::int64_t count) : all_(where.zeros<std::int64_t>({count})) {}

  /// The kernel: says that it has come to its door, and waits there until it is open, or until it is asked
  /// to stop. Gives the number of the door.
  static std::int64_t wait_at(shared_view<std::int64_t> all, std::int64_t which, context& here) {
    all(which).fetch_add(1);
    hold_until(here, [&] { return all(which).load() >= open_; });
    return which;
  }

  shared_view<std::int64_t> view() const { return shared_view<std::int64_t>(all_.view()); }
  /// How many kernels have come there.
  std::int64_t came(std::int64_t which) const { return view()(which).load() % open_; }
  void until_one_waits_at(std::int64_t which) const {
    REQUIRE(eventually([&] { return came(which) > 0; }));
  }
  void open(std::int64_t which) const { view()(which).fetch_add(open_); }

private:
  static constexpr std::int64_t open_ = 1'000'000;

  array<std::int64_t> all_;
};

/// A node with a worker for each of some tasks, which have begun and end when the test says so.
struct held_node {
  /// `kernel`: the name of doors::wait_at where the test has registered it.
  held_node(std::string_view kernel, std::int64_t tasks) : where(settings_for(tasks)), gate(where, tasks) {
    for (std::int64_t i = 0; i < tasks; ++i)
      held.push_back(where.submit<std::int64_t>(kernel, gate.view(), i));
    for (std::int64_t i = 0; i < tasks; ++i)
      gate.until_one_waits_at(i);
  }

  node where;
  doors gate;
  std::vector<future<std::int64_t>> held;

private:
  static config settings_for(std::int64_t tasks) {
    config result;
    result.workers = static_cast<std::size_t>(tasks);
    return result;
  }
};

} // namespace pinion::test
