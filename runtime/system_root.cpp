#include <pinion/runtime/system_root.hpp>

#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

#include <pwd.h>
#include <unistd.h>

#include <pinion/runtime/affinity.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/reserve.hpp>

namespace pinion {

namespace {

constexpr std::size_t most_read = std::size_t{64} << 10;
constexpr std::string_view blanks = " \t\r\n";

std::string name_of_user(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> room(16384);
  return ::getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found != nullptr
             ? std::string(found->pw_name)
             : std::string();
}

} // namespace

system_root::system_root()
    : user(::geteuid()), user_name(name_of_user(user)), processors(allowed_processors().size()) {
  try {
    const auto room = room_in_shm();
    shm_free = room.free;
    shm_total = room.total;
  } catch (const shm_error&) {
    // There is none: the check of the mount says so.
  }
}

std::filesystem::path system_root::path(std::string_view absolute) const {
  return root_ / std::filesystem::path(absolute).relative_path();
}

std::optional<std::string> system_root::read(std::string_view absolute) const {
  std::ifstream file(path(absolute), std::ios::binary);
  std::string text(most_read, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad() || (file.gcount() == 0 && !file.eof()))
    return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string::npos)
    return std::string();
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> system_root::line_of(std::string_view absolute, std::string_view key) const {
  std::istringstream text(read(absolute).value_or(""));
  for (std::string line; std::getline(text, line);)
    if (line.starts_with(key))
      return words_of(std::string_view(line).substr(key.size()));
  return {};
}

std::optional<std::uint64_t> system_root::number_of(std::string_view absolute, std::string_view key) const {
  const auto words = line_of(absolute, key);
  return words.empty() ? std::nullopt : whole_number(words.front());
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> result;
  for (std::string word; stream >> word;)
    result.push_back(std::move(word));
  return result;
}

} // namespace pinion
