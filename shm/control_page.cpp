#include <pinion/shm/control_page.hpp>

#include <cerrno>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/reserve.hpp>

namespace pinion {

namespace {
constexpr std::size_t page_bytes = control_block::journal_offset + control_block::journal_bytes;

int make_memory() {
  check_file_limit(page_bytes);
  return ::memfd_create("pinion-control", MFD_CLOEXEC);
}

} // namespace

control_page::control_page() : fd_(make_memory()) {
  if (fd_ < 0)
    raise_errno(shm_errc::system_failed, "cannot make a worker's control page", errno);
  if (::ftruncate(fd_, page_bytes) != 0) {
    const auto why = errno;
    ::close(fd_);
    raise_errno(shm_errc::system_failed, "cannot size a worker's control page", why);
  }
  map();
  new (block_) control_block;
}

control_page::control_page(int fd) : fd_(fd) {
  struct stat now {};
  if (::fstat(fd_, &now) != 0 || now.st_size < static_cast<off_t>(page_bytes)) {
    ::close(fd_);
    raise(shm_errc::bad_reference, "descriptor " + std::to_string(fd) + " is no control page");
  }
  ::fcntl(fd_, F_SETFD, FD_CLOEXEC);
  map();
  if (block_->magic != control_block::magic_value || block_->version != control_block::version_value) {
    ::munmap(block_, page_bytes);
    ::close(fd_);
    raise(shm_errc::bad_reference, "the control page is of another build of pinion");
  }
}

void control_page::map() {
  auto* where = ::mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (where == MAP_FAILED) {
    const auto why = errno;
    ::close(fd_);
    raise_errno(shm_errc::system_failed, "cannot map a worker's control page", why);
  }
  block_ = static_cast<control_block*>(where);
}

control_page::~control_page() {
  ::munmap(block_, page_bytes);
  ::close(fd_);
}

} // namespace pinion
