#include <pinion/shm/output_file.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

// Where a chain of symbolic links ends, so that the link stays and its target is replaced; also when the
// target does not exist yet.
std::filesystem::path follow_links(std::filesystem::path path, const std::string& shown) {
  for (int links = 0; links < 40; ++links) {
    std::error_code failed;
    if (!std::filesystem::is_symlink(path, failed))
      return path;
    auto next = std::filesystem::read_symlink(path, failed);
    if (failed)
      raise_errno(shm_errc::file_failed, "cannot write " + shown, failed.value());
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  raise_errno(shm_errc::file_failed, "cannot write " + shown, ELOOP);
}

std::filesystem::path temporary_name(const std::filesystem::path& target) {
  static std::atomic<std::uint64_t> last{0};
  // Short, whatever the target's name: a name beside it that is longer might be too long.
  return target.parent_path() /
         (".pinion-" + std::to_string(::getpid()) + "-" + std::to_string(++last) + ".tmp");
}

} // namespace

output_file::output_file(const std::filesystem::path& path)
    : shown_(path.string()), target_(follow_links(path, shown_)) {
  struct stat facts {};
  if (::stat(target_.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode))
    raise(shm_errc::file_failed,
          "cannot write " + shown_ +
              (S_ISDIR(facts.st_mode) ? ": it is a directory" : ": it is not a regular file"));
  if (!target_.has_filename())
    fail(EISDIR);
  // The umask is the user's say on who may read the file. EEXIST: left from a process that was killed and had
  // our id.
  do {
    temporary_ = temporary_name(target_);
    file_ = descriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  } while (!file_ && (errno == EEXIST || errno == EINTR));
  if (!file_)
    fail(errno);
}

output_file::~output_file() {
  if (!temporary_.empty())
    ::unlink(temporary_.c_str());
}

void output_file::fail(int error_number) const {
  raise_errno(shm_errc::file_failed, "cannot write " + shown_, error_number);
}

void output_file::write(const void* data, std::size_t size) { write(data, size, nullptr, 0); }

void output_file::write(const void* first, std::size_t first_size, const void* second,
                        std::size_t second_size) {
  // writev only reads, but says void* to readv as well.
  std::array<iovec, 2> parts{
      {{const_cast<void*>(first), first_size}, {const_cast<void*>(second), second_size}}};
  while (parts[0].iov_len + parts[1].iov_len > 0) {
    auto written = ::writev(file_.get(), parts.data(), 2);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail(errno);
    auto left = static_cast<std::size_t>(written);
    for (auto& part : parts) {
      auto taken = std::min(left, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + taken;
      part.iov_len -= taken;
      left -= taken;
    }
  }
}

void output_file::write_at(std::uint64_t offset, const void* data, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    auto written = ::pwrite(file_.get(), static_cast<const char*>(data) + done, size - done,
                            static_cast<off_t>(offset + done));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail(errno);
    done += static_cast<std::size_t>(written);
  }
}

void output_file::commit() {
  // Some file systems tell of a full disk only here.
  if (file_.close() != 0 && errno != EINTR)
    fail(errno);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    fail(errno);
  temporary_.clear();
}

} // namespace pinion
