#include <pinion/shm/mapper.hpp>

#include <limits>

#include <pinion/shm/error.hpp>
#include <pinion/shm/file_segment.hpp>
#include <pinion/shm/mapping.hpp>

namespace pinion {

namespace {

[[noreturn]] void refuse(const array_ref& ref, const std::string& why) {
  raise(shm_errc::bad_reference, "the reference " + to_string(ref) + " is refused: " + why);
}

// What can be checked without the segment; returns the bytes that the elements take around the offset.
byte_span check_form(const array_ref& ref) {
  if (!valid(ref.type))
    refuse(ref, "no element type has the number " + std::to_string(static_cast<int>(ref.type)));
  auto span = byte_span_of(ref.lay, item_size(ref.type));
  if (ref.offset > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    refuse(ref, "its offset is too large");
  if (ref.offset % alignment_of(ref.type) != 0)
    refuse(ref, "its offset is not aligned for " + std::string(name_of(ref.type)));
  return span;
}

void check_bounds(const array_ref& ref, const byte_span& span, const mapping& in) {
  auto offset = static_cast<std::int64_t>(ref.offset);
  std::int64_t low = 0;
  std::int64_t high = 0;
  if (__builtin_add_overflow(offset, span.low, &low) || __builtin_add_overflow(offset, span.high, &high))
    refuse(ref, "it reaches beyond all memory");
  if (low < static_cast<std::int64_t>(in.first()))
    refuse(ref, "it reaches below the first block of the segment");
  if (static_cast<std::uint64_t>(high) > in.size)
    refuse(ref, "it reaches " + readable_size(static_cast<std::uint64_t>(high) - in.size) +
                    " beyond the segment's end");
}

} // namespace

mapper::mapper() = default;
mapper::~mapper() = default;

any_view mapper::open(const array_ref& ref, access right) {
  auto span = check_form(ref);
  auto found = segments_.find(ref.segment);
  auto known = found == segments_.end() ? nullptr
               : right == access::write ? found->second.write
                                        : found->second.read;
  // A segment's name is never used again, a file's path is: what is kept may be its former self. And nobody
  // tells us when somebody writes or cuts the file, so it is looked at each time.
  if (known && names_file(ref.segment) && (known->incarnation != ref.incarnation || !known->named()))
    known = nullptr;
  // One more is about to be kept: a good moment to let go of those whose owners did, whatever news was lost.
  if (!known)
    prune();
  auto in = known ? known : mapping::open(ref.segment, right);
  if (in->incarnation != ref.incarnation)
    raise(shm_errc::stale_reference,
          "the reference " + to_string(ref) +
              (names_file(ref.segment)
                   ? " is to a file that was changed since it was mapped; map it again"
                   : " is to an earlier incarnation of the segment; ask its owner for a new one"));
  if (in->retired()) {
    forget(std::string(ref.segment));
    raise(shm_errc::stale_reference,
          "the reference " + to_string(ref) +
              " is to an array whose owner has dropped it or has ended; keep both until its tasks are done");
  }
  check_bounds(ref, span, *in);
  if (!known) {
    auto& kept = segments_[ref.segment];
    (right == access::write ? kept.write : kept.read) = in;
  }
  auto* data = in->base + ref.offset;
  return {data, ref.type, ref.lay, std::move(in), right == access::write};
}

void mapper::forget(const std::string& segment) { segments_.erase(segment); }

std::size_t mapper::prune() {
  auto before = mappings();
  std::erase_if(segments_, [](const auto& kept) {
    const auto& one = kept.second.read ? kept.second.read : kept.second.write;
    return one->retired() || !one->named();
  });
  return before - mappings();
}

std::size_t mapper::mappings() const noexcept {
  std::size_t count = 0;
  for (const auto& [name, kept] : segments_)
    count += static_cast<std::size_t>(kept.read != nullptr) + static_cast<std::size_t>(kept.write != nullptr);
  return count;
}

} // namespace pinion
