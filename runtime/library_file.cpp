#include <pinion/runtime/library_file.hpp>

#include <cstdint>
#include <cstring>
#include <filesystem>

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/own_folder.hpp>

namespace pinion {

namespace {

namespace fs = std::filesystem;

template <class T>
bool read_at(const descriptor& file, std::uint64_t at, T& into) {
  return ::pread(file.get(), &into, sizeof into, static_cast<off_t>(at)) == sizeof into;
}

// Bytes that the headers promise; 0 when it is no ELF file of this machine's width.
std::uint64_t promised_size(const descriptor& file) {
  Elf64_Ehdr head{};
  if (!read_at(file, 0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
      head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_phentsize != sizeof(Elf64_Phdr))
    return 0;
  auto result = head.e_phoff + std::uint64_t{head.e_phnum} * head.e_phentsize;
  for (std::uint64_t i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr part{};
    std::uint64_t end = 0;
    if (!read_at(file, head.e_phoff + i * sizeof part, part))
      return result;
    if (part.p_type == PT_LOAD && !__builtin_add_overflow(part.p_offset, part.p_filesz, &end) && end > result)
      result = end;
  }
  return result;
}

} // namespace

std::string unfit_to_load(const std::string& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0)
    return {};
  if (!S_ISREG(facts.st_mode))
    return S_ISDIR(facts.st_mode) ? "it is a directory" : "it is not a regular file";
  const descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened)
    return {};
  const auto promised = promised_size(opened);
  if (promised > static_cast<std::uint64_t>(facts.st_size))
    return "it is cut short: " + std::to_string(facts.st_size) + " bytes of at least " +
           std::to_string(promised);
  return {};
}

std::string find_library_file(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return name;
  std::error_code ignored;
  for (const auto& folder : {own_folder(), own_folder() / "pinion"})
    if (fs::exists(folder / name, ignored))
      return fs::absolute(folder / name).lexically_normal();
  return name;
}

} // namespace pinion
