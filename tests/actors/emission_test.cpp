// Partial results on the wire, and between dispatcher and asker.
#include <doctest/doctest.h>

#include <thread>

#include <pinion/actors/emission_queue.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/shm/control_page.hpp>

using namespace pinion;

namespace {

emission numbered(std::int64_t x) { return {7, 0.5, argument(x)}; }
std::int64_t number(const emission& x) { return std::get<std::int64_t>(x.what); }

} // namespace

TEST_CASE("a partial result is read as it was packed, after its length") {
  for (const auto& what : {emission{1, 0.25, argument(2.5)}, emission{2, 1.0, argument(std::string("abc"))},
                           emission{3, 0.0, argument()}}) {
    const auto bytes = pack_emission(what);
    const auto body = bytes.substr(emission_prefix);
    CHECK(emission_length(bytes.substr(0, emission_prefix)) == body.size());
    const auto read = unpack_emission(body);
    CHECK(read.task == what.task);
    CHECK(read.progress == what.progress);
    CHECK(read.what == what.what);
  }
}

TEST_CASE("what is no partial result is refused, and so is one that is too large") {
  const auto body = pack_emission(numbered(3)).substr(emission_prefix);
  for (std::size_t cut = 0; cut < body.size(); ++cut)
    CHECK_THROWS_AS(unpack_emission(body.substr(0, cut)), task_error);
  CHECK_THROWS_AS(unpack_emission(body + "x"), task_error);
  CHECK_THROWS_AS(emission_length(std::string(4, '\0')), task_error);
  CHECK_THROWS_AS(emission_length(std::string(4, '\xff')), task_error);
  CHECK_THROWS_AS(emission_length("ab"), task_error);
  CHECK_THROWS_AS(pack_emission({1, 0, argument(std::string(largest_emission, 'x'))}), task_error);
}

TEST_CASE("who takes gets all in order, the worker hears how many, and the end is told with the last") {
  const auto page = std::make_shared<control_page>();
  emission_queue sut;
  sut.push(numbered(1), page);
  sut.push(numbered(2), page);
  bool over = true;
  auto got = sut.take(over);
  REQUIRE(got.size() == 2);
  CHECK(number(got[0]) == 1);
  CHECK(number(got[1]) == 2);
  CHECK_FALSE(over);
  CHECK(page->block().taken == 2);
  sut.push(numbered(3), page);
  sut.close();
  got = sut.take(over);
  CHECK(got.size() == 1);
  CHECK(over);
  CHECK(page->block().taken == 3);
}

TEST_CASE("what comes after the end counts as taken, so that no kernel waits for nobody") {
  const auto page = std::make_shared<control_page>();
  emission_queue sut;
  sut.push(numbered(1), page);
  sut.close();
  CHECK(page->block().taken == 1); // though it may still be taken
  sut.push(numbered(2), page);
  CHECK(page->block().taken == 2);
  bool over = false;
  CHECK(sut.take(over).size() == 1);
  CHECK(page->block().taken == 2);
}

TEST_CASE("who asks to be told is told once, when something is there or nothing will come") {
  const auto page = std::make_shared<control_page>();
  emission_queue sut;
  int told = 0;
  sut.notify([&] { ++told; });
  CHECK(told == 0);
  sut.push(numbered(1), page);
  sut.push(numbered(2), page);
  CHECK(told == 1);
  sut.notify([&] { ++told; });
  CHECK(told == 2); // at once
  bool over = false;
  sut.take(over);
  sut.notify([&] { ++told; });
  CHECK(told == 2);
  sut.close();
  CHECK(told == 3);
}

TEST_CASE("a thread that waits is let go by each of both") {
  const auto page = std::make_shared<control_page>();
  emission_queue sut;
  std::vector<std::int64_t> got;
  std::thread taker([&] {
    for (bool over = false; !over;) {
      sut.wait();
      for (const auto& each : sut.take(over))
        got.push_back(number(each));
    }
  });
  for (std::int64_t i = 0; i < 1000; ++i)
    sut.push(numbered(i), page);
  sut.close();
  taker.join();
  REQUIRE(got.size() == 1000);
  for (std::size_t i = 0; i < got.size(); ++i)
    REQUIRE(got[i] == static_cast<std::int64_t>(i));
  CHECK(page->block().taken == 1000);
}
