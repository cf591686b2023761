#pragma once

#include <memory>
#include <utility>

#include <pinion/shm/heap.hpp>
#include <pinion/shm/origin.hpp>
#include <pinion/shm/stored_array.hpp>

namespace pinion {

/// The owner of one piece of a heap's memory; its end gives the piece back, on whatever thread it comes. The
/// heap lists it meanwhile.
class block final : public origin, public std::enable_shared_from_this<block> {
public:
  /// `facts` say what the piece is for; where it lies is filled in.
  block(std::shared_ptr<heap> from, piece what, stored_array facts)
      : heap_(std::move(from)), piece_(std::move(what)), facts_(std::move(facts)) {
    const auto& memory = *piece_.in->memory;
    segment = memory.name();
    incarnation = memory.incarnation();
    base = memory.base();
    size = memory.size();
    facts_.segment = segment;
    facts_.incarnation = incarnation;
    facts_.offset = piece_.offset;
    facts_.bytes = piece_.size;
    heap_->enter(*this);
  }

  ~block() override { heap_->give(*this, std::move(piece_)); }

  /// With the heap's mutex held.
  stored_array facts() const {
    auto result = facts_;
    result.holders = weak_from_this().use_count();
    return result;
  }
  const stored_array& stored() const noexcept { return facts_; }
  void label(std::string text) { facts_.label = std::move(text); }

  std::byte* data() const noexcept { return base + piece_.offset; }

private:
  std::shared_ptr<heap> heap_;
  piece piece_;
  stored_array facts_; ///< its label is guarded by the heap's mutex, all else is constant
};

} // namespace pinion
