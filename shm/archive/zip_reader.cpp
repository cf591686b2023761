#include <pinion/shm/archive/zip_reader.hpp>

#include <algorithm>
#include <limits>

#include <pinion/shm/error.hpp>
#include <pinion/shm/python_literal.hpp>

namespace pinion {

namespace {

// In the words of a reader of arrays; libzip's own for what is rare.
std::string reason(zip_error_t* why) {
  switch (::zip_error_code_zip(why)) {
  case ZIP_ER_NOZIP:
    return "it is not a .npz file (no ZIP archive), or its end is cut off";
  case ZIP_ER_INCONS:
    return "it is damaged: its parts contradict each other";
  case ZIP_ER_CRC:
    return "it is damaged: its checksum (CRC-32) is wrong";
  case ZIP_ER_EOF:
    return "it is cut: its packed bytes end too early";
  case ZIP_ER_ZLIB:
  case ZIP_ER_COMPRESSED_DATA:
    return "it is damaged: its packed bytes make no sense";
  case ZIP_ER_MULTIDISK:
    return "it is a part of an archive in several files; put them together first";
  default:
    return std::string("it cannot be read: ") + ::zip_error_strerror(why);
  }
}

archive_member::packing packing_of(const zip_stat_t& facts) {
  return facts.comp_method == ZIP_CM_STORE     ? archive_member::packing::stored
         : facts.comp_method == ZIP_CM_DEFLATE ? archive_member::packing::deflated
                                               : archive_member::packing::other;
}

} // namespace

class zip_reader::file_source final : public zip_source {
public:
  explicit file_source(input_file& file) : file_(file) {}

private:
  zip_int64_t supported() const override { return ZIP_SOURCE_SUPPORTS_SEEKABLE; }
  std::uint64_t size() const override { return file_.size(); }
  std::size_t read(void* to, std::size_t length) override { return file_.read_at(at_, to, length); }

  input_file& file_;
};

zip_reader::zip_reader(input_file& from) : name_(from.name()), source_(std::make_unique<file_source>(from)) {
  if (from.size() == 0)
    raise(shm_errc::bad_npz, name_ + ": it is empty");
  auto* handle = source_->handle();
  zip_problem why;
  archive_.reset(::zip_open_from_source(handle, ZIP_RDONLY, why.get()));
  if (!archive_) {
    ::zip_source_free(handle);
    fail(name_, why.get());
  }
  list();
}

zip_reader::~zip_reader() = default;

void zip_reader::list() {
  const auto count = std::max<zip_int64_t>(::zip_get_num_entries(archive_.get(), 0), 0);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    zip_stat_t facts;
    ::zip_stat_init(&facts);
    constexpr zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                    ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (::zip_stat_index(archive_.get(), i, 0, &facts) != 0)
      fail(name_, ::zip_get_error(archive_.get()));
    if ((facts.valid & needed) != needed)
      raise(shm_errc::bad_npz,
            name_ + ": it is damaged: its member " + std::to_string(i) + " lacks its facts");
    members_.push_back(
        {facts.name, facts.size, facts.comp_size, packing_of(facts), facts.encryption_method != ZIP_EM_NONE});
  }
}

void zip_reader::open(std::size_t member) {
  open_.reset();
  member_ = name_ + ": member " + pinion::quoted(members_[member].name);
  open_.reset(::zip_fopen_index(archive_.get(), member, 0));
  if (!open_)
    fail(member_, ::zip_get_error(archive_.get()));
}

std::size_t zip_reader::read(void* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::zip_fread(open_.get(), static_cast<char*>(to) + done, size - done);
    if (got < 0)
      fail(member_, ::zip_file_get_error(open_.get()));
    if (got == 0)
      break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void zip_reader::fail(const std::string& whose, zip_error_t* why) {
  const auto text = whose + ": " + reason(why);
  source_->rethrow(); // what went wrong with the file itself says more
  raise(shm_errc::bad_npz, text);
}

} // namespace pinion
