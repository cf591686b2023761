// Where a health check looks at the system; tests look at a scratch directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace pinion {

/// The files by which Linux tells of itself, below a root, and the few facts that no file tells. A plain
/// value; any thread.
class system_root {
public:
  /// The real system, as this process sees it.
  system_root();
  explicit system_root(std::filesystem::path root) : system_root() { root_ = std::move(root); }

  std::filesystem::path path(std::string_view absolute) const;
  /// The text of a file without the white space around it; nothing where it cannot be read. The first 64 KiB.
  std::optional<std::string> read(std::string_view absolute) const;
  /// The words after a key that begins a line, as in /proc/meminfo and /proc/self/limits; empty if there is
  /// none.
  std::vector<std::string> line_of(std::string_view absolute, std::string_view key) const;
  /// The same as a number; nothing for what is none.
  std::optional<std::uint64_t> number_of(std::string_view absolute, std::string_view key) const;

  uid_t user = 0;
  std::string user_name; ///< empty where it has none
  /// Of /dev/shm, in bytes; a total of 0: no limit.
  std::uint64_t shm_free = 0;
  std::uint64_t shm_total = 0;
  std::size_t processors = 1; ///< that this process may use

private:
  std::filesystem::path root_ = "/";
};

/// A whole number in decimal; nothing for anything else.
std::optional<std::uint64_t> whole_number(std::string_view text);

/// The words of a text.
std::vector<std::string> words_of(std::string_view text);

} // namespace pinion
