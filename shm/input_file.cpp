#include <pinion/shm/input_file.hpp>

#include <cerrno>
#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>

namespace pinion {

input_file::input_file(const std::filesystem::path& path)
    : name_(path.string()), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {
  if (!file_)
    raise_errno(shm_errc::file_failed, "cannot open " + name_, errno);
  struct stat facts {};
  if (::fstat(file_.get(), &facts) != 0)
    raise_errno(shm_errc::file_failed, "cannot read " + name_, errno);
  if (!S_ISREG(facts.st_mode))
    raise(shm_errc::file_failed,
          "cannot read " + name_ +
              (S_ISDIR(facts.st_mode) ? ": it is a directory" : ": it is not a regular file"));
  size_ = static_cast<std::uint64_t>(facts.st_size);
}

std::size_t input_file::read(void* to, std::size_t size) {
  const auto got = read_at(next_, to, size);
  next_ += got;
  return got;
}

std::size_t input_file::read_at(std::uint64_t offset, void* to, std::size_t size) const {
  std::size_t done = 0;
  // No file goes on behind what an off_t can say.
  while (done < size && offset + done <= std::uint64_t{std::numeric_limits<off_t>::max()}) {
    auto got =
        ::pread(file_.get(), static_cast<char*>(to) + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      raise_errno(shm_errc::file_failed, "cannot read " + name_, errno);
    if (got == 0)
      break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

} // namespace pinion
