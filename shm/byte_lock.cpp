#include <pinion/shm/byte_lock.hpp>

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/segment_file.hpp>

namespace pinion {

namespace {

struct flock one_byte(short type, std::int64_t place) {
  struct flock what {};
  what.l_type = type;
  what.l_whence = SEEK_SET;
  what.l_start = place;
  what.l_len = 1;
  return what;
}

} // namespace

byte_lock::byte_lock(const origin& in, const void* place)
    : segment_(in.segment), file_(open_segment(in.segment, access::write).file),
      place_(static_cast<const std::byte*>(place) - in.base) {}

bool byte_lock::take(bool wait) {
  auto what = one_byte(F_WRLCK, place_);
  while (::fcntl(file_.get(), wait ? F_OFD_SETLKW : F_OFD_SETLK, &what) != 0) {
    if (errno == EINTR)
      continue;
    if (!wait && (errno == EAGAIN || errno == EACCES))
      return false;
    raise_errno(shm_errc::system_failed, "cannot lock elements in " + segment_, errno);
  }
  return true;
}

void byte_lock::give() noexcept {
  auto what = one_byte(F_UNLCK, place_);
  while (::fcntl(file_.get(), F_OFD_SETLK, &what) != 0 && errno == EINTR)
    ;
}

} // namespace pinion
