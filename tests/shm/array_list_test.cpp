#include <pinion/shm/array_list.hpp>

#include <doctest/doctest.h>

#include <pinion/shm/arena.hpp>
#include <pinion/shm/arena_owner.hpp>
#include <pinion/shm/store.hpp>

#include "support/shm_left.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

array_query query(std::size_t most, const std::string& about = "") {
  array_query result;
  result.most = most;
  result.about = about;
  return result;
}

} // namespace

TEST_CASE("the largest arrays of a store are told of, and what the others come to") {
  nothing_left after;
  store mine;
  const auto small = mine.zeros<double>({8});
  const auto big = mine.zeros<double>({1000});
  const auto middle = mine.zeros<double>({100});
  const auto all = mine.list(query(2));
  REQUIRE(all.shown.size() == 2);
  CHECK(all.shown[0].shape == extents{1000});
  CHECK(all.shown[1].shape == extents{100});
  CHECK(all.shown[0].incarnation == big.ref().incarnation);
  CHECK(all.shown[0].holders == 1);
  CHECK(all.more == 1);
  CHECK(all.more_bytes == 64);
  CHECK(mine.list(query(0)).more == 3);
}

TEST_CASE("arrays are found by a part of their label, or by their segment") {
  nothing_left after;
  store mine;
  const auto a = mine.zeros<double>({8});
  const auto b = mine.zeros<double>({4'000'000}); // a segment of its own
  REQUIRE(mine.label(a.view(), "prices.npy"));
  const auto by_label = mine.list(query(10, "price"));
  REQUIRE(by_label.shown.size() == 1);
  CHECK(by_label.shown[0].label == "prices.npy");
  CHECK(by_label.more == 0);
  const auto by_segment = mine.list(query(10, b.ref().segment));
  REQUIRE(by_segment.shown.size() == 1);
  CHECK(by_segment.shown[0].shape == extents{4'000'000});
  CHECK(mine.list(query(10, "nothing")).shown.empty());
}

TEST_CASE("a question about something also finds the arrays at the places that come with it") {
  nothing_left after;
  store mine;
  const auto a = mine.zeros<double>({8});
  const auto b = mine.zeros<double>({16});
  REQUIRE(mine.label(a.view(), "x.npy"));
  REQUIRE(mine.label(b.view(), "y.npy"));
  auto which = query(10, "prices");
  CHECK(mine.list(which).shown.empty());
  // An element of b that is not its first.
  const auto inside = b.view().slice(0, 3, 16).ref();
  which.also.push_back({inside.incarnation, inside.offset});
  const auto found = mine.list(which);
  REQUIRE(found.shown.size() == 1);
  CHECK(found.shown[0].label == "y.npy");
  CHECK(found.more == 0);
  which.also = {{inside.incarnation + 1, inside.offset}};
  CHECK(mine.list(which).shown.empty());
}

TEST_CASE("two lists become one that is no longer than asked for") {
  array_list first;
  array_list second;
  for (const auto bytes : {90U, 50U}) {
    first.shown.emplace_back();
    first.shown.back().bytes = bytes;
  }
  for (const auto bytes : {70U, 10U}) {
    second.shown.emplace_back();
    second.shown.back().bytes = bytes;
  }
  second.more = 2;
  second.more_bytes = 8;
  first.merge(std::move(second), 2);
  REQUIRE(first.shown.size() == 2);
  CHECK(first.shown[0].bytes == 90);
  CHECK(first.shown[1].bytes == 70);
  CHECK(first.more == 4);
  CHECK(first.more_bytes == 68);
}

TEST_CASE("blocks that a worker handed over are told of while somebody holds them") {
  nothing_left after;
  const auto books = std::make_shared<ledger>(0);
  const auto node = arena_owner::make({"test", books, {}});
  CHECK(node->list(query(10)).shown.empty());
  stored_array facts;
  facts.type = dtype::int32;
  facts.shape = {16};
  facts.label = "result of dot";
  auto kept = node->take_over({8192, 64}, facts);
  const auto other = kept;
  const auto all = node->list(query(10));
  REQUIRE(all.shown.size() == 1);
  CHECK(all.shown[0].segment == node->name());
  CHECK(all.shown[0].incarnation == kept->incarnation);
  CHECK(all.shown[0].offset == 8192);
  CHECK(all.shown[0].bytes == 64);
  CHECK(all.shown[0].shape == extents{16});
  CHECK(all.shown[0].label == "result of dot");
  CHECK(all.shown[0].holders == 2);
  node->retire();
}
