#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>

namespace pinion {

/// All that can go wrong with arrays, segments and their files.
enum class shm_errc {
  /// /dev/shm or the limit of the store has no room for what was asked; see no_space_error for the figures.
  no_space = 1,
  /// No free name was found for a new segment.
  name_taken,
  /// The segment that a reference names does not exist (any more).
  no_segment,
  /// A reference names something that is not a segment of this user, or reaches outside of it.
  bad_reference,
  /// The segment was retired by its owner, or belongs to another incarnation than the reference.
  stale_reference,
  /// A product of extents, strides and item size does not fit into 63 bits.
  overflow,
  /// An extent is negative, the rank is too high, or shape and strides differ in rank.
  bad_shape,
  /// An index, a slice or an axis lies outside of the array.
  out_of_range,
  /// The elements are of another type than the one asked for.
  wrong_type,
  /// Writing was asked for where only reading is allowed.
  read_only,
  /// The elements do not lie one after the other in memory.
  not_contiguous,
  /// The memory lies in no segment, so no reference to it can be made.
  not_shared,
  /// A .npy file is malformed, or holds what pinion has no type for.
  bad_npy,
  /// A file cannot be opened, read or written.
  file_failed,
  /// The operating system refused a call on a segment.
  system_failed,
  /// A .npz file is no ZIP archive, is damaged, or holds what pinion does not read.
  bad_npz,
  /// A .npz file has no array of the name asked for, or not just the one that was meant.
  no_member,
  /// A file of bare elements has another size than its type and shape need.
  wrong_size,
  /// The part of pinion that reads archives, a library of its own, cannot be loaded.
  library_failed,
  /// A text has more bytes than there is room for.
  too_long,
};

/// The category "pinion.shm"; its messages are the sentences above.
const std::error_category& shm_category() noexcept;

inline std::error_code make_error_code(shm_errc code) noexcept {
  return {static_cast<int>(code), shm_category()};
}

/// What all of shm/ throws. what() is the text alone: it names the thing and says what to do.
class shm_error : public std::system_error {
public:
  shm_error(shm_errc code, const std::string& text);
  const char* what() const noexcept override { return text_.what(); }
  shm_errc reason() const noexcept { return static_cast<shm_errc>(code().value()); }

private:
  // A runtime_error only for its string, whose copy cannot throw.
  std::runtime_error text_;
};

/// shm_errc::no_space with its figures, in bytes. A limit of 0 stands for: none known.
class no_space_error : public shm_error {
public:
  no_space_error(const std::string& text, std::uint64_t needed, std::uint64_t free, std::uint64_t limit,
                 std::uint64_t largest = 0);
  std::uint64_t needed() const noexcept { return needed_; }
  std::uint64_t free() const noexcept { return free_; }
  std::uint64_t limit() const noexcept { return limit_; }
  /// The largest free block of what is reserved already; 0 where that says nothing.
  std::uint64_t largest() const noexcept { return largest_; }

private:
  std::uint64_t needed_;
  std::uint64_t free_;
  std::uint64_t limit_;
  std::uint64_t largest_;
};

[[noreturn]] void raise(shm_errc code, const std::string& text);

/// The same with ": <what the system says>" behind the text.
[[noreturn]] void raise_errno(shm_errc code, const std::string& text, int error_number);

/// "640 bytes", "12.0 MiB", "1.00 GiB".
std::string readable_size(std::uint64_t bytes);

} // namespace pinion

template <>
struct std::is_error_code_enum<pinion::shm_errc> : std::true_type {};
