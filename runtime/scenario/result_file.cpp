#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/scenario/result_file.hpp>

namespace pinion::scenario {

result_file::result_file(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code none;
  const auto kind = std::filesystem::status(path_, none).type();
  if (kind == std::filesystem::file_type::directory)
    refused(EISDIR);
  const bool is_plain =
      kind == std::filesystem::file_type::not_found || kind == std::filesystem::file_type::regular;
  if (is_plain) {
    temporary_ = path_;
    temporary_ += "." + std::to_string(::getpid()) + ".part";
  }
  descriptor_ =
      ::open((is_plain ? temporary_ : path_).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC, 0666);
  if (descriptor_ < 0)
    refused(errno);
}

result_file::~result_file() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
  if (!temporary_.empty())
    ::unlink(temporary_.c_str());
}

void result_file::keep(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto written = ::write(descriptor_, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      refused(errno);
    done += static_cast<std::size_t>(written);
  }
  if (temporary_.empty())
    return;
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0)
    refused(errno);
  temporary_.clear();
}

void result_file::refused(int error) const {
  raise(runtime_errc::system_refused, "cannot write " + path_.string() + ": " + std::strerror(error));
}

} // namespace pinion::scenario
