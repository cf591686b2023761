#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <pinion/shm/backing.hpp>
#include <pinion/shm/huge_pages.hpp>
#include <pinion/shm/pages.hpp>
#include <pinion/shm/segment_header.hpp>

namespace pinion {

struct segment_options {
  /// Written in the header for people; cut at 63 bytes.
  std::string_view tag = {};
  pages how = pages::reserved;
  /// automatic is taken for named.
  backing kind = backing::named;
  huge_pages huge = huge_pages::off;
  /// Called with the mapping before its pages are there, so that it can say where they are to lie; empty:
  /// where the thread that makes the segment runs. Must not throw.
  std::function<void(std::byte* base, std::uint64_t size)> place = {};
};

/// The owner's end of one shared-memory object: makes it, maps it for writing, and unlinks it. The mapping
/// lasts as long as this object, the name until retire(). A named one keeps no descriptor; one of memory
/// without a name keeps one until retire(), by which others reach it. Immutable but for retire(), so any
/// thread may use it. In a forked child it is only a mapping: the child neither retires nor unlinks.
class segment {
public:
  /// A new object of `size` bytes, header included, with mode 0600 and all pages reserved and zero. `size` is
  /// rounded up to whole pages. Throws no_space_error, name_taken or system_failed, and leaves nothing behind
  /// then.
  static std::unique_ptr<segment> create(std::uint64_t size, const segment_options& options = {});

  ~segment();
  segment(const segment&) = delete;
  segment& operator=(const segment&) = delete;

  const std::string& name() const noexcept { return name_; }
  std::uint64_t incarnation() const noexcept { return incarnation_; }
  std::byte* base() const noexcept { return base_; }
  std::uint64_t size() const noexcept { return size_; }

  /// Marks the header, then removes the name. Only the first call does anything.
  void retire() noexcept;

  /// Gives its memory back to the system, also where others have it mapped still: what they read there is 0
  /// from now on. For a retired one, of which nobody needs the elements.
  void drop_pages() noexcept;

private:
  struct parts;
  explicit segment(std::unique_ptr<parts> made);

  std::unique_ptr<parts> parts_;
  std::string name_;
  std::uint64_t incarnation_;
  std::byte* base_;
  std::uint64_t size_;
  std::int64_t owner_pid_;
  std::atomic<bool> retired_{false};
};

/// What create() rounds a size up to.
std::uint64_t whole_pages(std::uint64_t size) noexcept;

} // namespace pinion
