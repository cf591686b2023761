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
  /// Opens and checks a segment by its name. Throws bad_reference for what is no segment of this user,
  /// no_segment for a name that is gone, system_failed for the rest.
  static std::shared_ptr<const mapping> open(const std::string& name, access right);

  ~mapping() override;

  /// Whether the owner has marked the segment as gone.
  bool retired() const noexcept;

  /// Whether the name still exists. An owner that was killed leaves no mark, but the sweep takes the name.
  bool named() const noexcept;

private:
  struct parts;
  explicit mapping(std::unique_ptr<parts> made);

  std::unique_ptr<parts> parts_;
};

} // namespace pinion
