#pragma once

#include <filesystem>
#include <string>

namespace pinion::scenario {

/// A file for results, opened before there are any, so that an hour of work is not lost to a misspelled path.
/// A regular file is replaced at once by keep(), and untouched without it; anything else (a pipe, a terminal)
/// is written to directly. One thread.
class result_file {
public:
  /// Throws runtime_errc::system_refused where it cannot be written.
  explicit result_file(std::filesystem::path path);
  ~result_file();
  result_file(const result_file&) = delete;
  result_file& operator=(const result_file&) = delete;

  /// Writes everything. Throws like the constructor.
  void keep(const std::string& text);

private:
  [[noreturn]] void refused(int error) const;

  const std::filesystem::path path_;
  std::filesystem::path temporary_; ///< empty where path_ itself is open, and once it has its place
  int descriptor_ = -1;
};

} // namespace pinion::scenario
