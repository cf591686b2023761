#include <pinion/shm/archive/zip_writer.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <zip.h>

#include <pinion/shm/archive/zip_source.hpp>
#include <pinion/shm/element_reader.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

// Where the archive goes. libzip writes forwards, and goes back to each member's header when it knows its
// checksum.
class target final : public zip_source {
public:
  explicit target(output_file& file) : file_(file) {}

private:
  zip_int64_t supported() const override { return ZIP_SOURCE_SUPPORTS_WRITABLE; }
  bool exists() const override { return false; }
  std::uint64_t size() const override { return end_; }
  std::size_t read(void*, std::size_t) override { return 0; }
  void write(const void* data, std::size_t length) override {
    file_.write_at(written_to_, data, length);
    end_ = std::max<std::uint64_t>(end_, written_to_ + length);
  }

  output_file& file_;
  std::uint64_t end_ = 0;
};

// What one member is made of.
class content final : public zip_source {
public:
  explicit content(const archive_entry& entry) : entry_(entry) {}

private:
  zip_int64_t supported() const override {
    return ZIP_SOURCE_SUPPORTS_READABLE | ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_SUPPORTS);
  }
  std::uint64_t size() const override {
    return entry_.head.size() + byte_count(entry_.body.shape(), entry_.body.type);
  }
  void open() override {
    zip_source::open();
    elements_.emplace(entry_.body);
  }
  std::size_t read(void* to, std::size_t length) override {
    if (at_ >= entry_.head.size())
      return elements_->read(to, length);
    const auto part = std::min<std::size_t>(length, entry_.head.size() - at_);
    std::memcpy(to, entry_.head.data() + at_, part);
    return part;
  }

  const archive_entry& entry_;
  std::optional<element_reader> elements_;
};

// 1980-01-01 as MS-DOS has it.
constexpr zip_uint16_t first_day = 0x21;

struct discard {
  void operator()(zip_t* archive) const noexcept { ::zip_discard(archive); }
};

} // namespace

void write_zip(output_file& to, const std::vector<archive_entry>& entries, bool deflate) {
  if (entries.empty()) {
    // libzip would rather remove the file. (4.3.16 of PKWARE's APPNOTE: an end of no directory.)
    constexpr std::string_view nothing("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
    to.write(nothing.data(), nothing.size());
    return;
  }
  target out(to);
  std::vector<std::unique_ptr<content>> contents;
  zip_problem why;
  auto* handle = out.handle();
  std::unique_ptr<zip_t, discard> archive(
      ::zip_open_from_source(handle, ZIP_CREATE | ZIP_TRUNCATE, why.get()));
  if (!archive) {
    ::zip_source_free(handle);
    out.rethrow();
    raise(shm_errc::file_failed, "cannot begin a ZIP archive: " + why.text());
  }
  const auto fail = [&] {
    for (const auto& each : contents)
      each->rethrow();
    out.rethrow();
    raise(shm_errc::file_failed, std::string("cannot write a ZIP archive: ") + ::zip_strerror(archive.get()));
  };
  for (const auto& entry : entries) {
    contents.push_back(std::make_unique<content>(entry));
    auto* source = contents.back()->handle();
    const auto index = ::zip_file_add(archive.get(), entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      ::zip_source_free(source);
      fail();
    }
    const auto which = static_cast<zip_uint64_t>(index);
    if (::zip_set_file_compression(archive.get(), which, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) != 0 ||
        ::zip_file_set_dostime(archive.get(), which, 0, first_day, 0) != 0)
      fail();
  }
  if (::zip_close(archive.get()) != 0)
    fail();
  static_cast<void>(archive.release());
}

} // namespace pinion
