#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/npy_header.hpp>
#include <pinion/shm/segment_file.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// Takes a .npy (versions 1.0 to 3.0) in pieces, as they come from a socket, straight into shared memory:
/// beside the array there is one buffer of a fixed size. Refuses what load_npy refuses. One thread; it
/// waits for memory where there is much to be made.
class npy_intake {
public:
  /// What is known of it before it comes.
  struct promise {
    std::string name;                  ///< that errors call it by
    std::optional<std::uint64_t> size; ///< in bytes, of all of it
    /// Called with the bytes of its elements before memory is taken for them; throws if they are too many.
    std::function<void(std::uint64_t elements)> allow;
  };
  /// Makes the array, whose elements are written by it alone; `label` is for people.
  using maker =
      std::function<any_array(dtype type, const extents& shape, order lie, const std::string& label)>;
  npy_intake(maker into, promise what);
  /// Into a block of a store.
  npy_intake(store& into, promise what);
  npy_intake(const npy_intake&) = delete;
  npy_intake& operator=(const npy_intake&) = delete;

  /// Room for what comes next, never empty. What was written to its beginning is taken by filled().
  std::span<char> room() noexcept { return {buffer_.get() + have_, buffer_size - have_}; }
  /// Throws bad_npy, what `allow` throws, and what store::make does; the array has gone then, and nothing
  /// more may be taken.
  void filled(std::size_t size);
  /// room() and filled(), for bytes that lie elsewhere.
  void take(std::span<const char> bytes);

  /// The array, whole; nothing more may be taken. Throws bad_npy where its end is missing.
  any_array finish();

  /// Bytes that are taken at a time, which one of these holds beside the array: they stay in the cache until
  /// they lie where they belong. A multiple of every item size, and more than a header has.
  static constexpr std::size_t buffer_size = std::size_t{256} << 10U;

private:
  void read_header();
  void make_array(const npy_header& header, std::size_t header_size);
  void put(std::size_t size);

  const maker into_;
  const promise what_;
  const std::unique_ptr<char[]> buffer_;
  std::size_t have_ = 0; ///< in the buffer
  std::optional<npy_header> header_;
  std::uint64_t needed_ = 0; ///< bytes of elements
  std::uint64_t done_ = 0;   ///< of those, in the array
  std::optional<any_array> array_;
  std::optional<segment_file> file_; ///< that a large array is written by
};

} // namespace pinion
