#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include <pinion/shm/segment_file.hpp>
#include <pinion/shm/stretch.hpp>

namespace pinion {

/// What somebody needs: some elements, to read or to write.
struct claim {
  stretch what;
  access right = access::read;
};

/// Who may use which elements now. Holders are numbered in the order in which they came, and come first
/// served: a holder has its leases as soon as no earlier one that is still here claims an element of them,
/// unless both only read it. So holders that share nothing never wait for each other, none starves, none
/// waits in a circle, and who came later sees what the earlier ones wrote.
///
/// Elements are told apart exactly, interleaved slices too (overlap_of); where that would take too long, both
/// are taken to meet, and the conflict says so. It knows numbers only and touches no memory of arrays. For
/// one thread. Each step costs O(log n) and one overlap test for each different stretch around.
class lease_table {
public:
  using holder = std::uint64_t;

  struct conflict {
    holder whose = 0;     ///< the latest of those in the way
    std::size_t mine = 0; ///< which of the claims it meets
    bool certain = true;  ///< false: whether they meet took too long to find out
  };

  /// Enters the claims of `who`, a number above all that came before. The layouts must have passed
  /// byte_span_of. Returns what is in the way; nothing when the leases are granted.
  std::optional<conflict> enter(holder who, std::span<const claim> claims);

  /// What is in the way of one that was entered.
  std::optional<conflict> obstacle(holder who) const;

  /// It needs them no more, granted or not. One that is not here is fine.
  void leave(holder who);

  std::size_t holders() const noexcept { return holders_.size(); }
  /// Segments with claims.
  std::size_t segments() const noexcept { return segments_.size(); }

private:
  /// All claims on one and the same stretch.
  struct region {
    stretch what;
    std::uint64_t high = 0; ///< one past its last byte; its first is its key
    std::set<holder> readers;
    std::set<holder> writers;
  };
  /// Regions by their first byte, apart by the power of two of their length, so that those around some bytes
  /// are found without looking at all.
  using by_low = std::multimap<std::uint64_t, region>;
  struct segment_claims {
    std::map<unsigned, by_low> by_length;
  };
  /// Iterators of nodes, which stay good while others come and go.
  struct entry {
    std::size_t claim = 0;
    access right = access::read;
    unsigned length_class = 0;
    by_low::iterator where{};
  };

  by_low::iterator place(const stretch& what, unsigned& length_class);
  std::optional<conflict> look(holder who, const entry& mine) const;
  void drop(holder who, const entry& which);

  std::unordered_map<std::uint64_t, segment_claims> segments_;
  std::unordered_map<holder, std::vector<entry>> holders_;
};

} // namespace pinion
