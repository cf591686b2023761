#include <pinion/shm/archive/zip_source.hpp>

#include <cerrno>
#include <new>
#include <utility>

namespace pinion {

zip_source_t* zip_source::handle() {
  auto* made = ::zip_source_function_create(
      [](void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
        auto& source = *static_cast<zip_source*>(self);
        try {
          return source.obey(data, length, command);
        } catch (...) {
          if (!source.failure_)
            source.failure_ = std::current_exception();
          ::zip_error_set(source.error_.get(), ZIP_ER_READ, EIO);
          return zip_int64_t{-1};
        }
      },
      this, error_.get());
  if (made == nullptr)
    throw std::bad_alloc();
  return made;
}

void zip_source::rethrow() {
  if (failure_)
    std::rethrow_exception(std::exchange(failure_, nullptr));
}

zip_int64_t zip_source::obey(void* data, zip_uint64_t length, zip_source_cmd_t command) {
  switch (command) {
  case ZIP_SOURCE_SUPPORTS:
    return supported();
  case ZIP_SOURCE_OPEN:
    open();
    return 0;
  case ZIP_SOURCE_READ: {
    const auto got = read(data, length);
    at_ += got;
    return static_cast<zip_int64_t>(got);
  }
  case ZIP_SOURCE_SEEK: {
    const auto to = ::zip_source_seek_compute_offset(at_, size(), data, length, error_.get());
    at_ = to < 0 ? at_ : static_cast<std::uint64_t>(to);
    return to < 0 ? -1 : 0;
  }
  case ZIP_SOURCE_TELL:
    return static_cast<zip_int64_t>(at_);
  case ZIP_SOURCE_STAT: {
    if (!exists()) {
      ::zip_error_set(error_.get(), ZIP_ER_READ, ENOENT);
      return -1;
    }
    auto& facts = *static_cast<zip_stat_t*>(data);
    ::zip_stat_init(&facts);
    facts.size = size();
    facts.valid = ZIP_STAT_SIZE;
    return sizeof facts;
  }
  case ZIP_SOURCE_WRITE:
    write(data, length);
    written_to_ += length;
    return static_cast<zip_int64_t>(length);
  case ZIP_SOURCE_SEEK_WRITE: {
    const auto to = ::zip_source_seek_compute_offset(written_to_, size(), data, length, error_.get());
    written_to_ = to < 0 ? written_to_ : static_cast<std::uint64_t>(to);
    return to < 0 ? -1 : 0;
  }
  case ZIP_SOURCE_TELL_WRITE:
    return static_cast<zip_int64_t>(written_to_);
  case ZIP_SOURCE_ERROR:
    return ::zip_error_to_data(error_.get(), data, length);
  case ZIP_SOURCE_BEGIN_WRITE:
  case ZIP_SOURCE_COMMIT_WRITE:
  case ZIP_SOURCE_ROLLBACK_WRITE:
  case ZIP_SOURCE_REMOVE:
  case ZIP_SOURCE_CLOSE:
  case ZIP_SOURCE_FREE:
    return 0;
  default:
    ::zip_error_set(error_.get(), ZIP_ER_OPNOTSUPP, 0);
    return -1;
  }
}

} // namespace pinion
