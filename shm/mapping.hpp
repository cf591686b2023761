#pragma once

#include <memory>
#include <string>

#include <pinion/shm/mapper.hpp>
#include <pinion/shm/origin.hpp>

namespace pinion {

/// Somebody's segment, mapped by a user of it with one right. Immutable, so any thread may use it; unmapped
/// when the last mapper and the last view let go. Attaching is not owning: the object itself is never changed
/// or removed.
class mapping final : public origin {
public:
  /// Opens and checks a segment, or a file, by its name. Throws bad_reference for what is no segment of this
  /// user, no_segment for a name that is gone, read_only for a file to be written, system_failed for the
  /// rest.
  static std::shared_ptr<const mapping> open(const std::string& name, access right);

  ~mapping() override;

  /// Whether the owner has marked the segment as gone. Nobody marks a file.
  bool retired() const noexcept;

  /// Whether the name still exists, for a file: in the state that was mapped. An owner that was killed leaves
  /// no mark, but the sweep takes the name.
  bool named() const noexcept;

  /// The offset from which on elements may lie: behind the header of a segment; a file has none.
  std::uint64_t first() const noexcept;

private:
  struct parts;
  explicit mapping(std::unique_ptr<parts> made);

  std::unique_ptr<parts> parts_;
};

} // namespace pinion
