#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/input_file.hpp>
#include <pinion/shm/output_file.hpp>

namespace pinion {

/// What a ZIP archive says of one of its members; nothing of it is checked yet.
struct archive_member {
  enum class packing : std::uint8_t { stored, deflated, other };

  std::string name; ///< UTF-8
  std::uint64_t size = 0;
  std::uint64_t packed_size = 0;
  packing how = packing::stored;
  bool encrypted = false;
};

/// A ZIP archive that is open for reading. For one thread; the file must outlive it.
class archive_reader {
public:
  virtual ~archive_reader() = default;
  virtual const std::vector<archive_member>& members() const noexcept = 0;
  /// Begins to read a member, by its place among members(); the one before is left. Throws bad_npz.
  virtual void open(std::size_t member) = 0;
  /// The member's next bytes, unpacked straight to where they are wanted; fewer only at its end, and then its
  /// checksum was right. Throws bad_npz and file_failed.
  virtual std::size_t read(void* to, std::size_t size) = 0;
};

/// A member to be written: some bytes, then the elements of an array in C order.
struct archive_entry {
  std::string name;
  std::string head;
  any_view body;
};

/// What the library has that is loaded for archives alone: libzip comes with a cryptographic library, and no
/// worker process is to pay for that.
struct archive_library {
  /// Throws bad_npz and file_failed.
  std::unique_ptr<archive_reader> (*read)(input_file& from);
  /// Writes all of an archive; the caller commits. Throws file_failed.
  void (*write)(output_file& to, const std::vector<archive_entry>& entries, bool deflate);
};

/// Loads it at the first call, from beside libpinion. Throws library_failed. Any thread.
const archive_library& load_archive_library();

} // namespace pinion
