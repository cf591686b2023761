#include <pinion/shm/lease_table.hpp>

#include <algorithm>
#include <bit>
#include <iterator>

#include <pinion/shm/overlap.hpp>

namespace pinion {

namespace {

// Some 20 us at most: this is asked on the I/O thread, for each stretch around.
constexpr std::uint64_t most_steps = 2'000;

// The latest of them before `who`; 0 for none.
std::uint64_t last_before(const std::set<std::uint64_t>& of, std::uint64_t who) {
  const auto next = of.lower_bound(who);
  return next == of.begin() ? 0 : *std::prev(next);
}

} // namespace

lease_table::by_low::iterator lease_table::place(const stretch& what, unsigned& length_class) {
  const auto span = byte_span_of(what.lay, static_cast<std::size_t>(what.item));
  const auto low = what.offset + static_cast<std::uint64_t>(span.low);
  const auto high = what.offset + static_cast<std::uint64_t>(span.high);
  length_class = static_cast<unsigned>(std::bit_width(high - low));
  auto& among = segments_[what.segment].by_length[length_class];
  auto [at, end] = among.equal_range(low);
  for (; at != end; ++at)
    if (at->second.what == what)
      return at;
  return among.emplace_hint(end, low, region{what, high, {}, {}});
}

std::optional<lease_table::conflict> lease_table::enter(holder who, std::span<const claim> claims) {
  auto& mine = holders_[who];
  mine.reserve(claims.size());
  for (std::size_t i = 0; i < claims.size(); ++i) {
    entry one{i, claims[i].right, 0, {}};
    one.where = place(claims[i].what, one.length_class);
    auto& here = one.where->second;
    // The same once more adds nothing, and would be dropped twice.
    if ((one.right == access::write ? here.writers : here.readers).insert(who).second)
      mine.push_back(one);
  }
  return obstacle(who);
}

std::optional<lease_table::conflict> lease_table::obstacle(holder who) const {
  std::optional<conflict> worst;
  const auto found = holders_.find(who);
  if (found == holders_.end())
    return worst;
  for (const auto& each : found->second) {
    const auto one = look(who, each);
    if (one && (!worst || one->whose > worst->whose))
      worst = conflict{one->whose, each.claim, one->certain};
  }
  return worst;
}

std::optional<lease_table::conflict> lease_table::look(holder who, const entry& mine) const {
  const auto& [low, wanted] = *mine.where;
  std::optional<conflict> worst;
  for (const auto& [length_class, regions] : segments_.at(wanted.what.segment).by_length) {
    // Nothing of this class is as long as that.
    const auto reach = length_class >= 64 ? low : std::min(low, std::uint64_t{1} << length_class);
    for (auto at = regions.lower_bound(low - reach); at != regions.end() && at->first < wanted.high; ++at) {
      const auto& other = at->second;
      if (other.high <= low)
        continue;
      auto whose = last_before(other.writers, who);
      if (mine.right == access::write)
        whose = std::max(whose, last_before(other.readers, who));
      if (whose == 0 || (worst && whose <= worst->whose))
        continue;
      // A stretch without elements meets nothing, not even itself; else the same stretch needs no search.
      const bool same = at == mine.where && wanted.high > low;
      const auto meets = same ? overlap::some : overlap_of(wanted.what, other.what, most_steps);
      if (meets != overlap::none)
        worst = conflict{whose, 0, meets == overlap::some};
    }
  }
  return worst;
}

void lease_table::leave(holder who) {
  const auto found = holders_.find(who);
  if (found == holders_.end())
    return;
  for (const auto& each : found->second)
    drop(who, each);
  holders_.erase(found);
}

void lease_table::drop(holder who, const entry& which) {
  auto& here = which.where->second;
  auto& among = which.right == access::write ? here.writers : here.readers;
  among.erase(who);
  if (!here.readers.empty() || !here.writers.empty())
    return;
  const auto in = segments_.find(here.what.segment);
  auto& classes = in->second.by_length;
  const auto regions = classes.find(which.length_class);
  regions->second.erase(which.where);
  if (regions->second.empty())
    classes.erase(regions);
  if (classes.empty())
    segments_.erase(in);
}

} // namespace pinion
