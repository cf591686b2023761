#pragma once

#include <memory>
#include <string>
#include <vector>

#include <zip.h>

#include <pinion/shm/archive.hpp>
#include <pinion/shm/archive/zip_source.hpp>

namespace pinion {

/// Reads archives through libzip, which checks each member's checksum when its end is reached.
class zip_reader final : public archive_reader {
public:
  explicit zip_reader(input_file& from);
  ~zip_reader() override;

  const std::vector<archive_member>& members() const noexcept override { return members_; }
  void open(std::size_t member) override;
  std::size_t read(void* to, std::size_t size) override;

private:
  class file_source;
  struct discard {
    void operator()(zip_t* archive) const noexcept { ::zip_discard(archive); }
  };
  struct close {
    void operator()(zip_file_t* member) const noexcept { ::zip_fclose(member); }
  };

  [[noreturn]] void fail(const std::string& whose, zip_error_t* why);
  void list();

  // In this order: an open member looks at the archive, and that at its source.
  const std::string name_;
  std::unique_ptr<file_source> source_;
  std::unique_ptr<zip_t, discard> archive_;
  std::unique_ptr<zip_file_t, close> open_;
  std::string member_; // the open one, as an error calls it
  std::vector<archive_member> members_;
};

} // namespace pinion
