#include <doctest/doctest.h>

#include <cstring>

#include <pinion/actors/reply_journal.hpp>
#include <pinion/actors/wire.hpp>

using namespace pinion;

namespace {

bool note_number(control_page& page, std::uint64_t id) {
  done_item item;
  item.id = id;
  item.payload = pack_result(argument(static_cast<std::int64_t>(id * 10)));
  return note(page, item);
}

} // namespace

TEST_CASE("what a worker notes is read once, in order, however often the ring comes round") {
  control_page page;
  std::uint64_t from = 0;
  std::uint64_t next = 1;
  for (int round = 0; round < 20; ++round) {
    for (std::uint64_t i = 0; i < journal_reach - static_cast<std::uint64_t>(round); ++i)
      REQUIRE(note_number(page, next + i));
    for (const auto& item : read_journal(page, from)) {
      REQUIRE(item.id == next);
      CHECK(unpack_result(item.payload) == argument(static_cast<std::int64_t>(next * 10)));
      ++next;
    }
    CHECK(read_journal(page, from).empty());
  }
  CHECK(next > 9 * journal_reach);
}

TEST_CASE("no more is read than half a ring, so that nothing is read where the worker may write") {
  control_page page;
  for (std::uint64_t id = 1; id <= 3 * journal_entries; ++id)
    note_number(page, id);
  std::uint64_t from = 0;
  const auto items = read_journal(page, from);
  REQUIRE(items.size() == journal_reach);
  CHECK(items.front().id == 3 * journal_entries - journal_reach + 1);
}

TEST_CASE("a count that a wild write has changed is survived") {
  control_page page;
  note_number(page, 1);
  std::uint64_t from = 1000;
  page.block().finished.store(5);
  CHECK(read_journal(page, from).empty());
  page.block().finished.store(~std::uint64_t{0});
  CHECK(read_journal(page, from).size() <= journal_reach);
}

TEST_CASE("what does not fit is said not to, and left out") {
  control_page page;
  done_item text;
  text.id = 1;
  text.payload = pack_result(argument(std::string(100, 'x')));
  CHECK_FALSE(note(page, text));
  CHECK(note_number(page, 2));
  std::uint64_t from = 0;
  const auto items = read_journal(page, from);
  REQUIRE(items.size() == 1);
  CHECK(items[0].id == 2);
}

TEST_CASE("no size in the journal is believed") {
  control_page page;
  for (std::uint64_t id = 1; id <= 10; ++id)
    note_number(page, id);
  for (std::size_t i = 0; i < control_block::journal_bytes; ++i)
    page.journal()[i] = std::byte{0xee};
  std::uint64_t from = 0;
  CHECK(read_journal(page, from).empty());
}

TEST_CASE("the layout of the journal in memory is the one that its version has") {
  struct drawn {
    std::uint64_t id;
    std::uint32_t size, reserved;
    std::int64_t started_ns, finished_ns, cpu_ns;
    char payload[24];
  };
  static_assert(sizeof(drawn) == sizeof(journal_entry) && journal_entries == 1024);
  control_page page;
  done_item item;
  item.id = 1;
  item.payload = std::string(24, 'x');
  item.started_ns = 2;
  item.finished_ns = 3;
  item.cpu_ns = 4;
  REQUIRE(note(page, item));
  item.payload += 'x';
  REQUIRE(!note(page, item));
  const auto* raw = reinterpret_cast<const drawn*>(reinterpret_cast<const char*>(&page.block()) + 4096);
  CHECK(raw[0].id == 1);
  CHECK(raw[0].size == 24);
  CHECK(raw[0].started_ns == 2);
  CHECK(raw[0].finished_ns == 3);
  CHECK(raw[0].cpu_ns == 4);
  CHECK(std::memcmp(raw[0].payload, std::string(24, 'x').data(), 24) == 0);
  CHECK(raw[1].size == 0xffff'ffff);
}
