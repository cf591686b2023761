#pragma once

#include <cstdint>
#include <vector>

#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/overlap.hpp>

#include "reference_maker.hpp"

namespace pinion::fuzz {

/// The mapper's decision by other means: in 128 bits, from the definition. `of` is the segment that the
/// reference names.
bool allowed(const array_ref& ref, const known_segment& of);

/// Bytes from the segment's beginning of element `position` (row-major). For references that are allowed.
std::int64_t place_of(const array_ref& ref, std::int64_t position);

/// overlap_of by marking bytes. For references that are allowed, with few elements; one thread at a time.
overlap overlap_by_marks(const array_ref& a, const array_ref& b, std::uint64_t segment_size);

} // namespace pinion::fuzz
