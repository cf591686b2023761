#include <doctest/doctest.h>

#include <cstddef>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <pinion/shm/mapper.hpp>
#include <pinion/shm/record.hpp>
#include <pinion/shm/shared_text.hpp>

#include "support/child.hpp"
#include "support/seed.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace std::string_literals;

namespace {

record there(mapper& maps, const array_ref& ref) { return record(maps.open(ref, pinion::access::write)); }

// A text whose every byte tells its length: one that was put together of two would show.
std::string told_by_length(std::size_t length) {
  return std::string(length, static_cast<char>('a' + length % 26));
}

bool whole(const std::string& text) { return text == told_by_length(text.size()); }

} // namespace

TEST_CASE("a record holds mixed numbers and texts, in place, with the types it was made with") {
  const test::nothing_left after;
  store arrays;
  const auto r = make_record(arrays, {1, 2.5, true, "text", text_field{64}, -7L, 1.5F, "é"s});
  CHECK(r.size() == 8);
  CHECK(r.type(0) == field_type::int64);
  CHECK(r.type(1) == field_type::float64);
  CHECK(r.type(2) == field_type::boolean);
  CHECK(r.type(3) == field_type::text);
  CHECK(r.type(6) == field_type::float64);
  CHECK(r.room(0) == 8);
  CHECK(r.room(3) == 8);
  CHECK(r.room(4) == 64);
  CHECK(r.get<std::int64_t>(0) == 1);
  CHECK(r.get<double>(1) == 2.5);
  CHECK(r.get<bool>(2));
  CHECK(r.get<std::string>(3) == "text");
  CHECK(r.get<std::string>(4).empty());
  CHECK(r.get<std::int64_t>(5) == -7);
  CHECK(r.get<double>(6) == 1.5);
  r.set(0, std::numeric_limits<std::int64_t>::min());
  r.set(1, 2.6);
  r.set(2, false);
  r.set(3, "other");
  r.set(4, told_by_length(64));
  CHECK(r.get<std::int64_t>(0) == std::numeric_limits<std::int64_t>::min());
  CHECK(r.get<double>(1) == 2.6);
  CHECK(!r.get<bool>(2));
  CHECK(r.get<std::string>(3) == "other");
  CHECK(r.get<std::string>(4) == told_by_length(64));
  CHECK(r.value(0) == field_value(std::numeric_limits<std::int64_t>::min()));
  CHECK(r.value(1) == field_value(2.6));
  CHECK(r.value(2) == field_value(false));
  CHECK(r.value(7) == field_value("é"s));
  CHECK(make_record(arrays, {}).size() == 0);
}

TEST_CASE("a text of a record keeps its zeros, at its end too, and its length down to none") {
  store arrays;
  const auto r = make_record(arrays, {"ab\0\0"s, ""});
  CHECK(r.get<std::string>(0) == "ab\0\0"s);
  r.set(0, "\0"s);
  CHECK(r.get<std::string>(0) == "\0"s);
  r.set(0, "");
  CHECK(r.get<std::string>(0).empty());
  CHECK(r.room(1) == 0);
  CHECK(r.get<std::string>(1).empty());
  CHECK(test::reason_of([&] { r.set(1, "x"); }) == shm_errc::too_long);
}

TEST_CASE(
    "a value of another type, a text too long and a field that is not there are errors that say which") {
  store arrays;
  const auto r = make_record(arrays, {1, 2.5, true, "12345678"});
  const auto wrong = test::error_of([&] { r.set(1, 2); });
  CHECK(wrong.reason() == shm_errc::wrong_type);
  CHECK(std::string(wrong.what()) == "field 1 of the record is float64, not int64");
  CHECK(test::reason_of([&] { r.set(0, 2.5); }) == shm_errc::wrong_type);
  CHECK(test::reason_of([&] { r.set(0, true); }) == shm_errc::wrong_type);
  CHECK(test::reason_of([&] { r.set(2, "true"); }) == shm_errc::wrong_type);
  CHECK(test::reason_of([&] { r.set(3, 1); }) == shm_errc::wrong_type);
  CHECK(test::reason_of([&] { r.get<std::string>(0); }) == shm_errc::wrong_type);
  CHECK(test::reason_of([&] { r.get<double>(3); }) == shm_errc::wrong_type);
  CHECK(test::reason_of([&] { r.fetch_add(3, 1); }) == shm_errc::wrong_type);
  const auto long_text = test::error_of([&] { r.set(3, "123456789"); });
  CHECK(long_text.reason() == shm_errc::too_long);
  CHECK(std::string(long_text.what()) ==
        "a text of 9 bytes is too long for field 3 of the record, which has room for 8 bytes");
  CHECK(r.get<std::string>(3) == "12345678");
  const auto beyond = test::error_of([&] { r.get<double>(4); });
  CHECK(beyond.reason() == shm_errc::out_of_range);
  CHECK(std::string(beyond.what()) == "there is no field 4 in a record of 4 fields");
  CHECK(test::reason_of([&] { r.set(0, ~std::uint64_t{0}); }) == shm_errc::overflow);
  CHECK(test::reason_of([&] { make_record(arrays, {text_field{shared_text::most_room + 1}}); }) ==
        shm_errc::too_long);
  CHECK(test::reason_of([&] { make_record(arrays, {text_field{2, "abc"}}); }) == shm_errc::too_long);
  const std::vector<record_field> many(record_header::most_fields + 1, record_field(0));
  CHECK(test::reason_of([&] { make_record(arrays, many); }) == shm_errc::bad_shape);
}

TEST_CASE("processes and threads that count in one record lose nothing") {
  const test::nothing_left after;
  store arrays;
  const auto r = make_record(arrays, {5, 0.0, "x"});
  constexpr int each = 20'000;
  const auto count = [](const record& in) {
    for (int i = 0; i < each; ++i) {
      in.fetch_add(0, 1);
      in.fetch_add(1, 0.5);
    }
  };
  test::child other([&, ref = r.ref()] {
    mapper maps;
    count(there(maps, ref));
  });
  std::thread same([&] { count(r); });
  count(r);
  same.join();
  CHECK(other.wait() == 0);
  CHECK(r.get<std::int64_t>(0) == 5 + 3 * each);
  CHECK(r.get<double>(1) == 3 * each * 0.5);
  CHECK(r.fetch_add(0, -5) == 5 + 3 * each);
}

TEST_CASE("a text is read whole, as before or after each write, whichever writers are killed in the middle") {
  const test::nothing_left after;
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  store arrays;
  constexpr std::size_t room = 4096;
  const auto r = make_record(arrays, {text_field{room}, text_field{room}, 0});
  const auto write = [&](std::uint64_t from) {
    mapper maps;
    const auto mine = there(maps, r.ref());
    std::mt19937_64 choice(from);
    for (;;) {
      const auto field = static_cast<std::size_t>(test::between(choice, 0, 1));
      mine.set(field, told_by_length(static_cast<std::size_t>(test::between(choice, 0, room))));
      mine.fetch_add(2, 1);
    }
  };
  std::int64_t reads = 0;
  for (int round = 0; round < 40; ++round) {
    test::child first([&, from = random()] { write(from); });
    test::child second([&, from = random()] { write(from); });
    // Until they have written a few times more, and then at any moment.
    const auto until = r.get<std::int64_t>(2) + test::between(random, 0, 300);
    while (r.get<std::int64_t>(2) < until) {
      for (const std::size_t field : {0U, 1U}) {
        const auto text = r.get<std::string>(field);
        REQUIRE_MESSAGE(whole(text), text);
        ++reads;
      }
    }
    first.kill();
    second.kill();
    for (const std::size_t field : {0U, 1U}) {
      const auto left = r.get<std::string>(field);
      REQUIRE_MESSAGE(whole(left), left);
    }
  }
  CHECK(reads > 0);
  // No dead writer has kept the turn.
  r.set(0, "after all");
  CHECK(r.get<std::string>(0) == "after all");
}

TEST_CASE("threads that write texts through one record take turns, and readers see whole ones") {
  const test::nothing_left after;
  store arrays;
  const auto r = make_record(arrays, {text_field{200}});
  std::vector<std::thread> writers;
  for (std::size_t length = 0; length < 3; ++length)
    writers.emplace_back([&, length] {
      for (std::size_t i = 0; i < 2000; ++i)
        r.set(0, told_by_length((length * 67 + i) % 200));
    });
  std::size_t torn = 0;
  for (int i = 0; i < 20'000; ++i)
    torn += whole(r.get<std::string>(0)) ? 0U : 1U;
  for (auto& each : writers)
    each.join();
  CHECK(torn == 0);
}

TEST_CASE("the layout of a record in memory is the one that is drawn, and fits its version") {
  struct drawn {
    std::uint64_t magic;
    std::uint32_t version, fields;
    std::uint64_t size;
    struct {
      std::uint8_t type, reserved[3];
      std::uint32_t room;
    } entries[4];
    std::int64_t whole;
    double real;
    std::uint64_t truth;
    std::uint64_t turn, length;
    char text[16];
    std::uint64_t other_length;
    char other_text[16];
  };
  store arrays;
  const auto r = make_record(arrays, {-3, 2.5, true, text_field{9, "abc"}});
  REQUIRE(r.block().size() == sizeof(drawn));
  const auto* raw = static_cast<const drawn*>(r.block().data);
  CHECK(std::memcmp(raw, "pionrec1", 8) == 0);
  CHECK(raw->version == 1);
  CHECK(raw->fields == 4);
  CHECK(raw->size == sizeof(drawn));
  for (std::uint8_t i = 0; i < 4; ++i) {
    CHECK(raw->entries[i].type == i + 1);
    CHECK(raw->entries[i].room == (i < 3 ? 8 : 16));
  }
  CHECK(raw->whole == -3);
  CHECK(raw->real == 2.5);
  CHECK(raw->truth == 1);
  CHECK(raw->turn == 1);
  CHECK(raw->other_length == 3);
  CHECK(std::string(raw->other_text) == "abc");
  r.set(3, "defg");
  CHECK(raw->turn == 2);
  CHECK(raw->length == 4);
  CHECK(std::string(raw->text) == "defg");
}

TEST_CASE("what is no record is refused, and a reference to one is opened for writing") {
  store arrays;
  const auto r = make_record(arrays, {1, "text"});
  mapper maps;
  CHECK(there(maps, r.ref()).get<std::int64_t>(0) == 1);
  CHECK(test::reason_of([&] { record none(maps.open(r.ref(), pinion::access::read)); }) ==
        shm_errc::read_only);
  CHECK(test::reason_of([&] { record none{any_view(arrays.zeros<std::uint8_t>({1000}))}; }) ==
        shm_errc::bad_reference);
  CHECK(test::reason_of([&] { record none{any_view(arrays.zeros<std::uint8_t>({8}))}; }) ==
        shm_errc::bad_reference);
  CHECK(test::reason_of([&] { record none{any_view(arrays.zeros<double>({1000}))}; }) ==
        shm_errc::bad_reference);
  auto moved = r.block();
  moved.data = static_cast<std::byte*>(moved.data) + 1;
  CHECK(test::reason_of([&] { record none(moved); }) == shm_errc::bad_reference);
  auto cut = r.block();
  cut.lay = c_order({cut.size() - 8});
  CHECK(test::reason_of([&] { record none(cut); }) == shm_errc::bad_reference);
}

TEST_CASE("a record whose bytes were changed at random is refused, or all its fields are read within it") {
  const test::nothing_left after;
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  store arrays;
  const auto good = make_record(arrays, {1, 2.5, true, "text", text_field{64, "more"}});
  const auto size = static_cast<std::size_t>(good.block().size());
  const auto* bytes = static_cast<const std::byte*>(good.block().data);
  const auto copy = arrays.zeros<std::uint8_t>({good.block().size()});
  const auto behind = reinterpret_cast<const char*>(copy.data() + size);
  int refused = 0;
  int read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::memcpy(copy.data(), bytes, size);
    for (auto changes = test::between(random, 1, 3); changes > 0; --changes) {
      const auto value = static_cast<std::uint8_t>(random());
      // Rather where the header is than among the values.
      const auto place = test::between(random, 0, 1) == 0 ? 64 : static_cast<std::int64_t>(size);
      copy(test::between(random, 0, place - 1)) = value;
    }
    try {
      const record sut{any_view(copy)};
      for (std::size_t field = 0; field < sut.size(); ++field) {
        const auto value = sut.value(field);
        if (const auto* text = std::get_if<std::string>(&value))
          REQUIRE(text->size() <= sut.room(field));
      }
      ++read;
    } catch (const shm_error& why) {
      REQUIRE(why.reason() == shm_errc::bad_reference);
      ++refused;
    }
  }
  CHECK(refused > 1000);
  CHECK(read > 1000);
  CHECK(*behind == 0);
}

TEST_CASE("a text whose length was overwritten with nonsense is an error, and can be set again") {
  store arrays;
  const auto r = make_record(arrays, {text_field{16, "abc"}});
  auto* words = reinterpret_cast<std::uint64_t*>(static_cast<std::byte*>(r.block().data) + 32);
  for (const std::size_t length_of_each_copy : {1U, 4U})
    words[length_of_each_copy] = ~std::uint64_t{0};
  CHECK(test::reason_of([&] { r.get<std::string>(0); }) == shm_errc::bad_reference);
  r.set(0, "abc");
  CHECK(r.get<std::string>(0) == "abc");
}
