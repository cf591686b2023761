#pragma once

#include <memory>
#include <utility>

#include <pinion/shm/heap.hpp>
#include <pinion/shm/origin.hpp>

namespace pinion {

/// The owner of one piece of a heap's memory; its end gives the piece back, on whatever thread it comes.
class block final : public origin {
public:
  block(std::shared_ptr<heap> from, piece what) : heap_(std::move(from)), piece_(std::move(what)) {
    const auto& memory = *piece_.in->memory;
    segment = memory.name();
    incarnation = memory.incarnation();
    base = memory.base();
    size = memory.size();
  }

  ~block() override { heap_->give(std::move(piece_)); }

  std::byte* data() const noexcept { return base + piece_.offset; }

private:
  std::shared_ptr<heap> heap_;
  piece piece_;
};

} // namespace pinion
