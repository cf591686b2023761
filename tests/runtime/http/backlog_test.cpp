#include <pinion/runtime/http/backlog.hpp>

#include <doctest/doctest.h>

using namespace pinion::http;

namespace {

struct client final : debtor {
  explicit client(backlog& all) : all_(all) {}
  void owe(std::size_t bytes) {
    all_.count(*this, owes, bytes);
    owes = bytes;
  }
  void fall() override {
    ++fallen;
    owe(0);
  }

  std::size_t owes = 0;
  int fallen = 0;

private:
  backlog& all_;
};

} // namespace

TEST_CASE("who is behind most falls, as long as there is no room") {
  backlog sut(10);
  client a(sut);
  client b(sut);
  client c(sut);
  a.owe(100);
  b.owe(60);
  c.owe(50);
  CHECK(sut.sum() == 210);
  CHECK(sut.make_room(c, 40, 250));
  CHECK(a.fallen + b.fallen + c.fallen == 0);
  CHECK(sut.make_room(c, 41, 250));
  CHECK(a.fallen == 1);
  CHECK(sut.sum() == 110);
  CHECK(sut.make_room(c, 5, 100));
  CHECK(b.fallen == 1);
  CHECK_FALSE(sut.make_room(c, 51, 100)); // there is nobody else, and c does not fall by itself
  CHECK(c.fallen == 0);
  CHECK(sut.sum() == 50);
  c.owe(0);
  CHECK(sut.sum() == 0);
}

TEST_CASE("who is behind by little does not fall for others, and its bytes count") {
  backlog sut(10);
  client little(sut);
  client much(sut);
  little.owe(10);
  much.owe(11);
  CHECK_FALSE(sut.make_room(much, 80, 100));
  CHECK(little.fallen == 0);
  much.owe(5);
  CHECK_FALSE(sut.make_room(little, 90, 100));
  CHECK(much.fallen == 0);
  CHECK(sut.make_room(little, 85, 100));
}

TEST_CASE("nobody falls for who would be behind most, or for what there can be no room for") {
  backlog sut(10);
  client least(sut);
  client more(sut);
  least.owe(20);
  more.owe(60);
  CHECK_FALSE(sut.make_room(least, 101, 100));
  CHECK_FALSE(sut.make_room(least, 40, 100));
  CHECK(more.fallen + least.fallen == 0);
  CHECK(sut.make_room(least, 30, 100));
  CHECK(more.fallen == 1);
}
