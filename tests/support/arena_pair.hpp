#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <pinion/shm/arena.hpp>
#include <pinion/shm/arena_owner.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion::test {

/// Node and worker in one process, over one segment.
struct pair_of {
  explicit pair_of(std::uint64_t limit = 0, backing kind = backing::named)
      : books(std::make_shared<ledger>(limit)) {
    node = arena_owner::make({"test", books, {}, {}, kind});
    node->on_free([this](arena_block what) { freed.push_back(what); });
    worker = std::make_unique<arena>(node->name(), books, node->slot());
  }
  ~pair_of() {
    if (node)
      node->worker_gone();
  }

  std::shared_ptr<const origin> pass(const array_ref& what) {
    const auto block = worker->hand_over(what);
    REQUIRE(block);
    return node->take_over(*block);
  }

  std::shared_ptr<ledger> books;
  std::shared_ptr<arena_owner> node;
  std::unique_ptr<arena> worker;
  std::vector<arena_block> freed;
};

inline std::uint64_t bytes_in_shm(const std::string& segment) {
  struct stat facts {};
  return ::stat(path_of(segment).c_str(), &facts) == 0 ? static_cast<std::uint64_t>(facts.st_blocks) * 512
                                                       : 0;
}

inline bool exists(const std::string& segment) {
  struct stat facts {};
  return ::stat(path_of(segment).c_str(), &facts) == 0;
}

} // namespace pinion::test
