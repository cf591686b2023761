#pragma once

#include <cstdint>

#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/stretch.hpp>

namespace pinion {

/// Whether two arrays have a byte in common.
enum class overlap : std::uint8_t {
  none,
  some,
  unknown, ///< to find out would have taken too long; to be treated as `some`
};

/// Exact for strided slices of up to max_rank axes: two interleaved halves (every second row, from 0 and from
/// 1) have nothing in common. The question is a bounded linear Diophantine equation, hard in general
/// (NP-complete) and quick for arrays as programs make them; after `most_steps` of search the answer is
/// unknown. Method: depth first with gcd and bounds of what is left, as NumPy's solve_may_share_memory
/// (numpy/core/src/common/mem_overlap.c). Any thread; allocates nothing.
///
/// Stretches of different segments never overlap. Both must have passed a mapper's checks, or byte_span_of:
/// their extents are not checked again. Throws what element_count does.
overlap overlap_of(const stretch& a, const stretch& b, std::uint64_t most_steps = 100'000);

inline overlap overlap_of(const array_ref& a, const array_ref& b, std::uint64_t most_steps = 100'000) {
  return a.segment == b.segment ? overlap_of(stretch_of(a), stretch_of(b), most_steps) : overlap::none;
}

} // namespace pinion
