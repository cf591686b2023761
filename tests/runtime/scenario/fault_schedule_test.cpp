#include <pinion/runtime/scenario/fault_schedule.hpp>

#include <doctest/doctest.h>

using namespace pinion::scenario;
using namespace std::chrono_literals;

namespace {

fault_spec after_time(std::chrono::milliseconds when) {
  return {fault_kind::kill, 0, when, std::nullopt, {}};
}
fault_spec after_count(std::size_t answers, std::chrono::milliseconds when = 0ms) {
  return {fault_kind::stop, 1, when, answers, {}};
}

const fault_schedule::clock::time_point begin{};

} // namespace

TEST_CASE("scenario faults: a fault with a moment is due then, and once") {
  fault_schedule sut({after_time(100ms), after_time(50ms)}, begin);
  CHECK(sut.next_moment() == begin + 50ms);
  CHECK(sut.due(begin + 49ms, 0).empty());
  CHECK(sut.due(begin + 50ms, 0).size() == 1);
  CHECK(sut.next_moment() == begin + 100ms);
  CHECK(sut.due(begin + 200ms, 0).size() == 1);
  CHECK(sut.left() == 0);
  CHECK_FALSE(sut.next_moment().has_value());
}

TEST_CASE("scenario faults: a fault after an answer is due with that answer") {
  fault_schedule sut({after_count(3), after_count(2)}, begin);
  CHECK_FALSE(sut.next_moment().has_value());
  CHECK(sut.next_answers() == 2);
  CHECK(sut.due(begin + 1h, 1).empty());
  CHECK(sut.due(begin + 1h, 2).size() == 1);
  CHECK(sut.next_answers() == 3);
  CHECK(sut.due(begin + 1h, 5).size() == 1);
}

TEST_CASE("scenario faults: time after an answer is counted from that answer") {
  fault_schedule sut({after_count(2, 30ms)}, begin);
  CHECK(sut.due(begin + 1h, 2).empty());
  CHECK(sut.next_moment() == begin + 1h + 30ms);
  CHECK_FALSE(sut.next_answers().has_value());
  CHECK(sut.due(begin + 1h + 29ms, 9).empty());
  CHECK(sut.due(begin + 1h + 30ms, 9).size() == 1);
}
