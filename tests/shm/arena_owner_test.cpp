#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/mapping.hpp>

#include "support/arena_pair.hpp"
#include "support/child.hpp"
#include "support/throws.hpp"

using namespace pinion;
using test::bytes_in_shm;
using test::exists;
using test::pair_of;

TEST_CASE(
    "when the worker is gone all is free but what it handed over, and the name goes with the last of that") {
  pair_of both;
  const auto name = both.node->name();
  auto lost = both.worker->make(dtype::uint8, {1 << 20});
  auto kept = both.pass(both.worker->make(dtype::uint8, {1 << 20}).ref());
  CHECK(bytes_in_shm(name) >= std::uint64_t{2} << 20);
  both.node->worker_gone();
  CHECK(bytes_in_shm(name) <= (std::uint64_t{1} << 20) + 3 * 4096);
  CHECK(both.books->taken() == std::uint64_t{1} << 20);
  CHECK(exists(name));
  kept = nullptr;
  CHECK(!exists(name));
  CHECK(both.freed.empty());
  both.node = nullptr;
  CHECK(both.books->taken() == 0);
}

TEST_CASE("the name of an arena that nothing was handed over from goes with its worker") {
  pair_of both;
  const auto name = both.node->name();
  CHECK(exists(name));
  both.node->worker_gone();
  CHECK(!exists(name));
}

TEST_CASE("blocks where none can be are refused") {
  pair_of both;
  const auto size = both.worker->make(dtype::uint8, {4096}).view().source->size;
  const auto refused = [&](arena_block what) {
    return test::reason_of([&] { both.node->take_over(what); }) == shm_errc::bad_reference;
  };
  CHECK(refused({0, 64}));
  CHECK(refused({4096, 0}));
  CHECK(refused({size, 64}));
  CHECK(refused({4096, size}));
  CHECK(refused({4096, ~std::uint64_t{0}}));
  const auto kept = both.node->take_over({8192, 4096});
  CHECK(refused({8192, 4096}));
  CHECK(refused({4096, 4160}));
  CHECK(refused({12224, 64}));
  CHECK(both.node->take_over({12288, 64}) != nullptr);
  CHECK(both.node->take_over({4096, 4096}) != nullptr);
}

TEST_CASE("a worker that is killed between making and handing over leaves nothing") {
  const auto books = std::make_shared<ledger>(0);
  const auto node = arena_owner::make({"test", books, {}});
  test::child worker([&] {
    arena mine(node->name(), books, node->slot());
    const auto kept = mine.make(dtype::float64, {100'000}, fill::zero).as<double>();
    const auto lost = mine.make(dtype::float64, {1'000'000}, fill::zero);
    kept(0) = 42;
    const auto block = *mine.hand_over(kept.ref());
    test::child::say(std::to_string(block.offset) + " " + std::to_string(block.size));
    ::pause();
  });
  arena_block block;
  std::istringstream(worker.line()) >> block.offset >> block.size;
  auto kept = node->take_over(block);
  worker.kill();
  node->worker_gone();
  CHECK(*reinterpret_cast<const double*>(kept->base + block.offset) == 42);
  CHECK(bytes_in_shm(node->name()) <= 800'000 + 3 * 4096);
  CHECK(books->taken() == whole_pages(block.offset + block.size) - block.offset / 4096 * 4096);
  kept = nullptr;
  CHECK(!exists(node->name()));
}

TEST_CASE("small blocks of a dead worker are counted by their pages, which go with the last block on them") {
  pair_of both;
  const auto name = both.node->name();
  std::vector<std::shared_ptr<const origin>> kept;
  for (int i = 0; i < 1000; ++i)
    kept.push_back(both.pass(both.worker->make(dtype::uint8, {700}).ref()));
  both.node->worker_gone();
  const auto all = both.books->taken();
  CHECK(all == whole_pages(1000 * 704));
  CHECK(bytes_in_shm(name) == all + 4096);
  // Every second one is on a page with others.
  for (std::size_t i = 0; i < 1000; i += 2)
    kept[i] = nullptr;
  CHECK(both.books->taken() == all);
  for (std::size_t i = 1; i < 500; i += 2)
    kept[i] = nullptr;
  CHECK(both.books->taken() == whole_pages(500 * 704));
  CHECK(bytes_in_shm(name) == whole_pages(500 * 704) + 4096);
  kept.resize(999);
  kept.clear();
  CHECK(both.books->taken() == 0);
}

TEST_CASE("the memory of a dead worker's last block is free though another process has its segment mapped") {
  pair_of both;
  auto kept = both.pass(both.worker->make(dtype::uint8, {1 << 20}).ref());
  both.node->worker_gone();
  const auto elsewhere = open_segment(both.node->name(), access::read);
  kept = nullptr;
  struct stat facts {};
  REQUIRE(::fstat(elsewhere.file.get(), &facts) == 0);
  CHECK(facts.st_blocks * 512 <= 2 * 4096);
  CHECK(both.books->taken() == 0);
}

TEST_CASE("what others have mapped of a node's results stays as it is when the node ends") {
  pair_of both;
  const auto made = both.worker->make(dtype::uint8, {1 << 20}).as<std::uint8_t>();
  std::fill(made.begin(), made.end(), std::uint8_t{7});
  auto published = both.pass(made.ref());
  auto other = both.pass(both.worker->make(dtype::uint8, {1 << 20}).ref());
  const auto attached = mapping::open(both.node->name(), access::read);
  both.node->worker_gone();
  both.node->retire();
  published = nullptr;
  const auto* seen = reinterpret_cast<const std::uint8_t*>(attached->base + made.ref().offset);
  CHECK(std::count(seen, seen + (1 << 20), 7) == 1 << 20);
}

TEST_CASE("a block that is let go before the thread for what takes long has come to it is not counted") {
  const auto books = std::make_shared<ledger>(0);
  std::vector<std::function<void()>> jobs;
  const auto node = arena_owner::make({"test", books, [&](auto job) { jobs.push_back(std::move(job)); }});
  arena worker(node->name(), books, node->slot());
  std::vector<std::shared_ptr<const origin>> kept;
  for (int i = 0; i < 3; ++i)
    kept.push_back(node->take_over(*worker.hand_over(worker.make(dtype::uint8, {1 << 20}).ref())));
  node->worker_gone();
  kept[0] = nullptr;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    jobs[i]();
  jobs.clear();
  CHECK(books->taken() == std::uint64_t{2} << 20);
  CHECK(bytes_in_shm(node->name()) == (std::uint64_t{2} << 20) + 4096);
  kept[1] = nullptr;
  CHECK(books->taken() == std::uint64_t{1} << 20);
}

TEST_CASE("what a forked child drops is still there for its parent, and nobody is told") {
  pair_of both;
  auto here = both.worker->make(dtype::uint8, {20 << 20}).as<std::uint8_t>();
  std::fill(here.begin(), here.end(), std::uint8_t{7});
  auto there = both.pass(both.worker->make(dtype::uint8, {20 << 20}).ref());
  const auto held = both.books->taken();
  test::child copy([&] {
    here = {};
    there = nullptr;
    test::must(both.freed.empty(), "the child told of a block");
  });
  CHECK(copy.wait() == 0);
  CHECK(both.books->taken() == held);
  CHECK(std::count(here.begin(), here.end(), 7) == 20 << 20);
  CHECK(exists(both.node->name()));
}
