// Pairs of references as they may come in a message: refused in words by the mapper, or each of their
// elements lies in the segment behind its header, aligned, and can be read (and written, where that was asked
// for). What is refused and what not is worked out by other means too, and so is overlap_of.
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include <pinion/shm/error.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/segment_header.hpp>
#include <pinion/shm/store.hpp>

#include "reference_maker.hpp"
#include "reference_oracle.hpp"
#include "require.hpp"
#include "target.hpp"
#include "view_walk.hpp"

using namespace pinion;
using namespace pinion::fuzz;

namespace {

// Made once: two live segments, one that its owner has dropped while a mapper has it, and one that it has
// dropped before.
class world {
public:
  world() {
    store short_lived;
    const auto dropped = short_lived.zeros<double>({1000});
    const auto large = short_lived.zeros<std::uint8_t>({16 << 20}); // has a segment to itself
    segments[0] = known(first_.view());
    segments[1] = known(second_.view());
    segments[2] = known(dropped.view());
    segments[3] = known(large.view());
    maps.open(dropped.ref(), access::read);
    maps.open(dropped.ref(), access::write);
    segments[2].live = segments[3].live = false;
  }

  std::array<known_segment, 4> segments;
  mapper maps;

  // What no user of a segment may change.
  void require_untouched() const {
    for (const auto* one : {&first_, &second_})
      require(std::memcmp(one->view().source()->base, header_of(*one).data(), segment_header_size) == 0,
              "the header of a segment is never written");
  }

private:
  static known_segment known(const view<double>& of) { return known(any_view(of)); }
  static known_segment known(const any_view& of) {
    return {of.source->segment, of.source->incarnation, of.source->size, true};
  }

  const std::array<std::byte, segment_header_size>& header_of(const array<double>& of) const {
    return &of == &first_ ? headers_[0] : headers_[1];
  }

  static std::array<std::byte, segment_header_size> copy_header(const array<double>& of) {
    std::array<std::byte, segment_header_size> copy{};
    std::memcpy(copy.data(), of.view().source()->base, copy.size());
    return copy;
  }

  store one_;
  store other_;
  array<double> first_ = one_.zeros<double>({100, 100});
  array<double> second_ = other_.zeros<double>({10});
  std::array<std::array<std::byte, segment_header_size>, 2> headers_{copy_header(first_),
                                                                     copy_header(second_)};
};

const known_segment* find(const world& in, const array_ref& ref) {
  for (const auto& one : in.segments)
    if (one.name == ref.segment)
      return &one;
  return nullptr;
}

bool opened(world& in, const array_ref& ref, pinion::access right) {
  const auto* of = find(in, ref);
  const bool right_to_open = of != nullptr && allowed(ref, *of);
  try {
    const auto seen = in.maps.open(ref, right);
    require(right_to_open, "what is not possible is refused", to_string(ref));
    require(seen.source->size == of->size && seen.writable == (right == access::write),
            "the view has the segment and the right that were asked for", to_string(ref));
    require(seen.ref() == ref, "a view is what its reference says", to_string(ref));
    walk(seen, ref);
    return true;
  } catch (const shm_error& e) {
    require(!right_to_open, "what is possible is not refused", e.what());
    require_message(e.what());
    return false;
  }
}

// Marking costs a step a byte.
bool few(const array_ref& ref) { return element_count(ref.lay.shape) <= 2000; }

void check_overlap(const array_ref& a, const array_ref& b, bool both_open, std::uint64_t most_steps) {
  try {
    static_cast<void>(byte_span_of(a.lay, item_size(a.type)));
    static_cast<void>(byte_span_of(b.lay, item_size(b.type)));
  } catch (const shm_error&) {
    return;
  }
  if (!valid(a.type) || !valid(b.type))
    return;
  const auto said = overlap_of(a, b, most_steps);
  if (!both_open)
    return;
  const auto turned = overlap_of(b, a, most_steps);
  require(said == turned || said == overlap::unknown || turned == overlap::unknown,
          "overlap does not depend on which is asked first", to_string(a) + " and " + to_string(b));
  if (said != overlap::unknown && few(a) && few(b))
    require(said == overlap_by_marks(a, b, std::uint64_t{1} << 20U), "overlap is what all bytes say",
            to_string(a) + " and " + to_string(b));
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static world all;
  input from(data, size);
  const auto choice = from.u8();
  // Mappings that are kept go another way than new ones.
  if ((choice & 1U) != 0)
    for (const auto& one : all.segments)
      if (one.live)
        all.maps.forget(one.name);
  if ((choice & 2U) != 0)
    all.maps.prune();
  const auto right = (choice & 4U) != 0 ? access::write : access::read;
  const auto a = make_reference(from, all.segments.data(), all.segments.size());
  const auto b = make_reference(from, all.segments.data(), all.segments.size());
  const bool a_open = opened(all, a, right);
  const bool b_open = opened(all, b, right);
  check_overlap(a, b, a_open && b_open, (choice & 8U) != 0 ? 3 : 2000);
  all.require_untouched();
  return 0;
}
