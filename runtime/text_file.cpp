#include <pinion/runtime/text_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <pinion/runtime/size_text.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

} // namespace

std::string read_text_file(const std::filesystem::path& path, runtime_errc problem, std::size_t most) {
  const auto refuse = [&](const std::string& why) {
    raise(problem, "cannot read " + path.string() + ": " + why);
  };
  // Without O_NONBLOCK, opening a pipe would wait for someone to write to it.
  const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file)
    refuse(reason(errno));
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0)
    refuse(reason(errno));
  if (S_ISDIR(facts.st_mode))
    refuse("it is a directory");
  if (!S_ISREG(facts.st_mode))
    refuse("it is no regular file");
  std::string text;
  char block[16384];
  for (;;) {
    const auto got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      refuse(reason(errno));
    if (got == 0)
      return text;
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > most)
      refuse("it has more than " + size_text(most));
  }
}

} // namespace pinion
