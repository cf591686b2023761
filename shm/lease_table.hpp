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
/// one thread. Each step costs O(log n) and one overlap test for each different stretch around: of those with
/// the same period (the columns of one matrix, every second row) for each that comes near within it, else for
/// each whose first and last bytes leave room for a common one.
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
    std::uint64_t low = 0;
    std::uint64_t high = 0;  ///< one past its last byte
    std::uint64_t width = 0; ///< within its period, if it has one
    std::set<holder> readers;
    std::set<holder> writers;
  };
  /// Regions by a position, apart by the power of two of their length, so that those around some bytes are
  /// found without looking at all.
  using by_place = std::multimap<std::uint64_t, region*>;
  using by_length = std::map<unsigned, by_place>;
  /// Regions whose elements come again after so many bytes, 0 for those that have no period: by their first
  /// byte, and by where in the period they begin.
  struct of_period {
    std::multimap<std::uint64_t, region> all;
    by_length by_low;
    by_length by_phase;
  };
  using segment_claims = std::map<std::uint64_t, of_period>;
  /// Iterators of nodes, which stay good while others come and go.
  struct entry {
    std::size_t claim = 0;
    access right = access::read;
    std::uint64_t period = 0;
    std::multimap<std::uint64_t, region>::iterator where{};
  };

  void place(const stretch& what, entry& into);
  std::optional<conflict> look(holder who, const entry& mine) const;
  void drop(holder who, const entry& which);

  std::unordered_map<std::uint64_t, segment_claims> segments_;
  std::unordered_map<holder, std::vector<entry>> holders_;
};

} // namespace pinion
