#include <doctest/doctest.h>

#include <bit>
#include <complex>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <pinion/actors/wire.hpp>

#include "printers.hpp"
#include "seed.hpp"
#include "thrown.hpp"

using namespace pinion;

namespace {

using engine = std::mt19937_64;

std::uint64_t upto(engine& random, std::uint64_t last) {
  return std::uniform_int_distribution<std::uint64_t>(0, last)(random);
}

std::string random_text(engine& random, std::uint64_t longest) {
  std::string text(upto(random, longest), ' ');
  for (auto& c : text)
    c = static_cast<char>(upto(random, 255));
  return text;
}

extents random_extents(engine& random, std::size_t rank) {
  extents row;
  for (std::size_t axis = 0; axis < rank; ++axis)
    row.push_back(static_cast<std::int64_t>(random()) >> upto(random, 63));
  return row;
}

argument random_argument(engine& random) {
  switch (upto(random, 7)) {
  case 0:
    return {};
  case 1:
    return upto(random, 1) == 1;
  case 2:
    return static_cast<std::int64_t>(random());
  case 3:
    return std::uint64_t{random()};
  case 4:
    return std::bit_cast<double>(std::uint64_t{random()});
  case 5:
    return std::complex<double>(std::bit_cast<double>(std::uint64_t{random()}), 0.5);
  case 6:
    return random_text(random, 40);
  default: {
    const auto rank = upto(random, max_rank);
    return array_ref{random_text(random, 80), random(), random(),
                     static_cast<dtype>(1 + upto(random, static_cast<std::uint64_t>(dtype::complex128) - 1)),
                     layout{random_extents(random, rank), random_extents(random, rank)}};
  }
  }
}

std::vector<argument> random_arguments(engine& random, std::uint64_t most) {
  std::vector<argument> list(upto(random, most));
  for (auto& x : list)
    x = random_argument(random);
  return list;
}

// Bit by bit, so that a not-a-number equals itself; packing does not depend on what is tested here for
// numbers.
bool same(const std::vector<argument>& a, const std::vector<argument>& b) {
  return pack_arguments(a) == pack_arguments(b);
}

// Bytes from a stranger: a value or task_error(malformed), and nothing else ever.
void feed(const std::string& bytes, std::vector<argument>& into) {
  try {
    unpack_arguments(bytes, into);
  } catch (const task_error& e) {
    CHECK(e.reason() == actor_errc::malformed);
    CHECK(std::string(e.what()).find("malformed") != std::string::npos);
  }
}

} // namespace

TEST_CASE("packed arguments come out as they went in") {
  const auto seed = test_seed();
  CAPTURE(seed);
  engine random(seed);
  std::vector<argument> reused;
  for (int round = 0; round < 2000; ++round) {
    const auto list = random_arguments(random, 6);
    const auto bytes = pack_arguments(list);
    const auto back = unpack_arguments(bytes);
    REQUIRE(back.size() == list.size());
    for (std::size_t i = 0; i < list.size(); ++i)
      REQUIRE(back[i].index() == list[i].index());
    REQUIRE(same(back, list));
    // A vector that held other things before makes no difference.
    unpack_arguments(bytes, reused);
    REQUIRE(same(reused, list));
    for (const auto& x : list) {
      const auto result = unpack_result(pack_result(x));
      REQUIRE(same({result}, {x}));
    }
  }
}

TEST_CASE("an array comes out of its bytes with every field") {
  const array_ref ref{"/pinion-1000-x", 0x1122334455667788U, 4096 + 64, dtype::complex64,
                      layout{{2, 0, 3}, {-3, 0, 1}}};
  const auto back = unpack_arguments(pack_arguments(std::vector<argument>{ref}));
  CHECK(std::get<array_ref>(back.at(0)) == ref);
}

TEST_CASE("packing values gives the same bytes as packing arguments") {
  const array_ref ref{"/x", 1, 2, dtype::float64, c_order({2})};
  const std::vector<argument> list{std::int64_t{7}, 0.5, std::string("abc"), true, ref};
  CHECK(pack_values(7, 0.5F, "abc", true, ref) == pack_arguments(list));
  CHECK(unpack_arguments(pack_values()).empty());
}

TEST_CASE("the bytes of an argument list are what the header draws") {
  const auto bytes = pack_values(std::int64_t{0x0102}, "hi", true);
  CHECK(bytes == std::string("\x03"
                             "\x02\x02\x01\0\0\0\0\0\0"
                             "\x06\x02\0\0\0hi"
                             "\x01\x01",
                             1 + 9 + 7 + 2));
}

TEST_CASE("packing asks for memory once") {
  const auto bytes =
      pack_values(1, 2.0, std::string(1000, 'x'), array_ref{std::string(80, 's'), 1, 2, dtype::int8, {}});
  // An exact reservation leaves no slack, a string that grew does.
  CHECK(bytes.capacity() == bytes.size());
}

TEST_CASE("bytes with any one byte changed are a value or an error and never a crash") {
  const auto seed = test_seed();
  CAPTURE(seed);
  engine random(seed);
  std::vector<argument> into;
  for (int round = 0; round < 60; ++round) {
    const auto bytes = pack_arguments(random_arguments(random, 4));
    for (std::size_t at = 0; at < bytes.size(); ++at)
      for (const unsigned flip : {0x01U, 0x80U, 0xffU, static_cast<unsigned>(1 + upto(random, 254))}) {
        auto changed = bytes;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ flip);
        feed(changed, into);
      }
  }
}

TEST_CASE("bytes that are cut short or have more behind them are refused") {
  const auto seed = test_seed();
  CAPTURE(seed);
  engine random(seed);
  for (int round = 0; round < 60; ++round) {
    const auto bytes = pack_arguments(random_arguments(random, 4));
    for (std::size_t length = 0; length < bytes.size(); ++length)
      REQUIRE(thrown_by([&] { unpack_arguments(bytes.substr(0, length)); }).code == actor_errc::malformed);
    REQUIRE(thrown_by([&] { unpack_arguments(bytes + '\0'); }).code == actor_errc::malformed);
  }
}

TEST_CASE("bytes from nowhere are a value or an error and never a crash") {
  const auto seed = test_seed();
  CAPTURE(seed);
  engine random(seed);
  std::vector<argument> into;
  for (int round = 0; round < 20000; ++round) {
    auto bytes = random_text(random, 60);
    for (auto& c : bytes) // small numbers are tags and lengths more often
      if (upto(random, 1) == 0)
        c = static_cast<char>(upto(random, 8));
    feed(bytes, into);
  }
}

TEST_CASE("an announced length is believed only when the bytes are there") {
  writer out;
  out.u8(1);
  out.u8(6);
  out.u32(4000000000U);
  const auto failed = thrown_by([bytes = std::move(out).take()] { unpack_arguments(bytes); });
  CHECK(failed.code == actor_errc::malformed);
  CHECK(failed.text == "malformed bytes before byte 6 of 6: 4000000000 bytes announced, 0 left");
}

TEST_CASE("an unknown tag, type, rank or bool in the bytes is named") {
  const auto text = [](std::string bytes) { return thrown_by([&] { unpack_result(bytes); }).text; };
  CHECK(text("\x09").find("unknown tag 9") != std::string::npos);
  CHECK(text("\x01\x02").find("bool of value 2") != std::string::npos);
  auto array = pack_result(argument(array_ref{"", 1, 2, dtype::int8, {}}));
  auto wrong_type = array;
  wrong_type[array.size() - 2] = 77;
  CHECK(text(wrong_type).find("unknown element type 77") != std::string::npos);
  auto wrong_rank = array;
  wrong_rank[array.size() - 1] = 9;
  CHECK(text(wrong_rank).find("rank 9") != std::string::npos);
}

TEST_CASE("more arguments than a byte can count are refused before they are packed") {
  const std::vector<argument> many(max_arguments + 1);
  CHECK(thrown_by([&] { pack_arguments(many); }).code == actor_errc::bad_arguments);
  CHECK(unpack_arguments(pack_arguments(std::vector<argument>(max_arguments))).size() == max_arguments);
}

TEST_CASE("numbers and texts can be written and read one by one") {
  writer out;
  out.u8(200);
  out.u32(4000000000U);
  out.u64(std::numeric_limits<std::uint64_t>::max());
  out.i64(std::numeric_limits<std::int64_t>::min());
  out.f64(-0.5);
  out.text("text");
  CHECK(out.size() == 1 + 4 + 8 + 8 + 8 + 8);
  const auto bytes = std::move(out).take();
  reader in(bytes);
  CHECK(in.u8() == 200);
  CHECK(in.u32() == 4000000000U);
  CHECK(in.u64() == std::numeric_limits<std::uint64_t>::max());
  CHECK(in.i64() == std::numeric_limits<std::int64_t>::min());
  CHECK(in.f64() == -0.5);
  CHECK(in.left() == 8);
  CHECK(in.text() == "text");
  in.expect_end();
}
