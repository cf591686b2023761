#pragma once

#include <cstdint>

namespace pinion {

/// What a kernel did to one of its arrays that no process survives. Travels in a worker's control page as one
/// number.
struct array_fault {
  enum class kind : std::uint8_t {
    none = 0,
    wrote_read_only, ///< it wrote to elements that it may only read (SIGSEGV)
    lost_pages,      ///< the memory behind the elements is gone: somebody cut the file (SIGBUS)
  };
  kind what = kind::none;
  std::uint8_t argument = 0; ///< its position, from 0

  constexpr std::uint64_t packed() const noexcept {
    return (static_cast<std::uint64_t>(what) << 8U) | argument;
  }
  /// What no worker writes is none.
  static constexpr array_fault unpack(std::uint64_t number) noexcept {
    if (number >> 8U != 1 && number >> 8U != 2)
      return {};
    return {static_cast<kind>(number >> 8U), static_cast<std::uint8_t>(number & 0xffU)};
  }

  friend bool operator==(const array_fault&, const array_fault&) = default;
};

} // namespace pinion
