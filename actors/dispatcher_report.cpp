// The dispatcher's other half: what it tells of arrays to those who ask who holds them.
#include <pinion/actors/dispatcher.hpp>

#include <utility>

#include <pinion/shm/arena_owner.hpp>

namespace pinion {

namespace {

// Leases that are told of, at the most: a megabyte as JSON.
constexpr std::size_t most_claims = 1000;

} // namespace

std::shared_ptr<const claim_report> dispatcher::report() const {
  auto result = std::make_shared<claim_report>(engine_.claims(most_claims));
  for (const auto& each : links_)
    if (each.arena)
      result->arenas.push_back(each.arena);
  for (const auto& each : old_arenas_)
    if (auto lives = each.lock())
      result->arenas.push_back(std::move(lives));
  return result;
}

} // namespace pinion
