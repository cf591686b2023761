#include <pinion/shm/lease_table.hpp>

#include <algorithm>
#include <bit>
#include <iterator>

#include <pinion/shm/overlap.hpp>

namespace pinion {

namespace {

// Some 100 us at most, for arrays that nobody has; microseconds for those that programs make. This is asked
// on the I/O thread, for each stretch around.
constexpr std::uint64_t most_steps = 1'000;

// The latest of them before `who`; 0 for none.
std::uint64_t last_before(const std::set<std::uint64_t>& of, std::uint64_t who) {
  const auto next = of.lower_bound(who);
  return next == of.begin() ? 0 : *std::prev(next);
}

// How the elements lie: the longest step between some of them, and how far the others reach within it. All
// bytes are then at `low` plus a multiple of the period plus less than the width. No period where the rest
// reaches around its end.
struct rhythm {
  std::uint64_t period = 0;
  std::uint64_t width = 0;
};

rhythm rhythm_of(const stretch& what, std::uint64_t low, std::uint64_t high) {
  if (high == low)
    return {};
  const auto item = static_cast<std::uint64_t>(what.item);
  std::size_t longest = what.lay.rank();
  const auto step = [&](std::size_t axis) {
    const auto stride = static_cast<std::uint64_t>(what.lay.strides[axis]);
    return (what.lay.strides[axis] < 0 ? 0 - stride : stride) * item; // byte_span_of has checked it
  };
  for (std::size_t axis = 0; axis < what.lay.rank(); ++axis)
    if (what.lay.shape[axis] > 1 && (longest == what.lay.rank() || step(axis) > step(longest)))
      longest = axis;
  if (longest == what.lay.rank() || step(longest) == 0)
    return {};
  const auto period = step(longest);
  const auto width = high - low - period * static_cast<std::uint64_t>(what.lay.shape[longest] - 1);
  // What fills its period has none that would tell it from others.
  return width < period && low % period + width <= period ? rhythm{period, width} : rhythm{};
}

template <class Places, class Region>
void put(Places& into, std::uint64_t length, std::uint64_t at, Region* what) {
  into[static_cast<unsigned>(std::bit_width(length))].emplace(at, what);
}

template <class Places, class Region>
void take_out(Places& from, std::uint64_t length, std::uint64_t at, const Region* what) {
  const auto among = from.find(static_cast<unsigned>(std::bit_width(length)));
  auto [each, end] = among->second.equal_range(at);
  while (each->second != what)
    ++each;
  among->second.erase(each);
  if (among->second.empty())
    from.erase(among);
}

// Whether fewer than `limit` may reach into [low, high).
template <class Places>
bool fewer_around(const Places& places, std::uint64_t low, std::uint64_t high, std::size_t limit) {
  for (const auto& [length_class, among] : places) {
    const auto reach = length_class >= 64 ? low : std::min(low, std::uint64_t{1} << length_class);
    for (auto at = among.lower_bound(low - reach); at != among.end() && at->first < high; ++at)
      if (--limit == 0)
        return false;
  }
  return true;
}

// Calls `what` for all that may reach into [low, high).
template <class Places, class Call>
void around(const Places& places, std::uint64_t low, std::uint64_t high, const Call& what) {
  for (const auto& [length_class, among] : places) {
    // Nothing of this class is as long as that.
    const auto reach = length_class >= 64 ? low : std::min(low, std::uint64_t{1} << length_class);
    for (auto at = among.lower_bound(low - reach); at != among.end() && at->first < high; ++at)
      what(*at->second);
  }
}

} // namespace

void lease_table::place(const stretch& what, entry& into) {
  const auto span = byte_span_of(what.lay, static_cast<std::size_t>(what.item));
  const auto low = what.offset + static_cast<std::uint64_t>(span.low);
  const auto high = what.offset + static_cast<std::uint64_t>(span.high);
  const auto [period, width] = rhythm_of(what, low, high);
  into.period = period;
  auto& here = segments_[what.segment][period];
  auto [at, end] = here.all.equal_range(low);
  for (; at != end; ++at)
    if (at->second.what == what) {
      into.where = at;
      return;
    }
  into.where = here.all.emplace_hint(end, low, region{what, low, high, width, {}, {}});
  auto& made = into.where->second;
  put(here.by_low, high - low, low, &made);
  if (period != 0)
    put(here.by_phase, width, low % period, &made);
}

std::optional<lease_table::conflict> lease_table::enter(holder who, std::span<const claim> claims) {
  auto& mine = holders_[who];
  mine.reserve(claims.size());
  for (std::size_t i = 0; i < claims.size(); ++i) {
    entry one{i, claims[i].right, 0, {}};
    place(claims[i].what, one);
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
  const auto& wanted = mine.where->second;
  std::optional<conflict> worst;
  const auto meet = [&](const region& other) {
    if (other.high <= wanted.low || other.low >= wanted.high)
      return;
    auto whose = last_before(other.writers, who);
    if (mine.right == access::write)
      whose = std::max(whose, last_before(other.readers, who));
    if (whose == 0 || (worst && whose <= worst->whose))
      return;
    // A stretch without elements meets nothing, not even itself; else the same stretch needs no search.
    const bool same = &other == &wanted && wanted.high > wanted.low;
    const auto meets = same ? overlap::some : overlap_of(wanted.what, other.what, most_steps);
    if (meets != overlap::none)
      worst = conflict{whose, 0, meets == overlap::some};
  };
  for (const auto& [period, here] : segments_.at(wanted.what.segment)) {
    const auto phase = period == 0 ? 0 : wanted.low % period;
    // Columns lie around each other, rows have the same place in the period: whichever tells more apart.
    bool by_phase = false;
    if (period != 0 && period == mine.period)
      for (std::size_t limit = 16; !fewer_around(here.by_low, wanted.low, wanted.high, limit); limit *= 4)
        if ((by_phase = fewer_around(here.by_phase, phase, phase + wanted.width, limit)))
          break;
    if (by_phase)
      around(here.by_phase, phase, phase + wanted.width, meet);
    else
      around(here.by_low, wanted.low, wanted.high, meet);
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
  const auto regions = in->second.find(which.period);
  take_out(regions->second.by_low, here.high - here.low, here.low, &here);
  if (which.period != 0)
    take_out(regions->second.by_phase, here.width, here.low % which.period, &here);
  regions->second.all.erase(which.where);
  if (regions->second.all.empty())
    in->second.erase(regions);
  if (in->second.empty())
    segments_.erase(in);
}

} // namespace pinion
