#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/archive.hpp>
#include <pinion/shm/input_file.hpp>
#include <pinion/shm/npy_header.hpp>
#include <pinion/shm/npz_member.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// A .npz file of NumPy's that is open for reading: a ZIP archive, with or without ZIP64, of .npy members,
/// stored or deflated. For one thread. Members are looked at when they are asked for, and then all that they
/// say is held against what there is before any memory is taken.
///
/// Throws shm_errc::bad_npz for faults of the archive and bad_npy for faults of the array in a member, with
/// the names of file and member; file_failed; library_failed when the part of pinion that knows archives is
/// missing.
class npz_file {
public:
  /// Refuses an archive in which two arrays have the same name, or whose members overlap.
  explicit npz_file(const std::filesystem::path& path);

  /// Of the arrays, in the order of the file.
  const std::vector<std::string>& names() const noexcept { return names_; }
  /// Reads its header and no more. Throws no_member, and not for what is wrong with the member: that is in
  /// `fault`.
  npz_member look(std::string_view name);
  /// Reads an array straight into a block of the store, inflating it there if need be, as load_npy does.
  /// Throws no_member, no_space_error and what is wrong with the member; nothing is left in the store then.
  any_array load(store& into, std::string_view name);
  /// The array of a file that holds just one; no_member with the names of all others.
  any_array load_only(store& into);

private:
  std::size_t find(std::string_view name) const;
  std::string called(std::size_t member) const;
  void check(std::size_t member) const;
  npy_header open(std::size_t member);

  input_file file_;
  std::unique_ptr<archive_reader> archive_;
  std::vector<std::string> names_; // of archive_->members(), one each
};

} // namespace pinion
