#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <system_error>

#include <pinion/runtime/config_file.hpp>
#include <pinion/runtime/error.hpp>

namespace {

std::string refusal(const std::string& text) {
  try {
    pinion::parse_config_text(text, "/etc/p.toml");
  } catch (const std::system_error& error) {
    CHECK(error.code() == pinion::runtime_errc::bad_config);
    return error.what();
  }
  return "";
}

std::string refused_file(const std::filesystem::path& path) {
  try {
    pinion::read_config_file(path);
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST_CASE("a file's settings come in its order, each with its line") {
  const auto settings =
      pinion::parse_config_text("workers = 2\n# words\nname = \"lab\"\ngrace = \"2s\"\n", "/etc/p.toml");
  REQUIRE(settings.size() == 3);
  CHECK(settings[0].option == "workers");
  CHECK(settings[0].values == std::vector<std::string>{"2"});
  CHECK(settings[0].where == "/etc/p.toml:1");
  CHECK(settings[1].where == "/etc/p.toml:3");
  CHECK(settings[2].base == "/etc");
}

TEST_CASE("lists are taken where an option has several values") {
  const auto settings =
      pinion::parse_config_text("load = ['a.so', 'b.so']\nprocessors = [0, 2]\n", "/etc/p.toml");
  CHECK(settings[0].values == std::vector<std::string>{"a.so", "b.so"});
  CHECK(settings[1].values == std::vector<std::string>{"0,2"});
  CHECK(refusal("workers = [1, 2]") == "/etc/p.toml:1: workers cannot be a list");
}

TEST_CASE("an unknown key is refused with file, line and the nearest option") {
  CHECK(refusal("\nwrokers = 2\n") == "/etc/p.toml:2: unknown key `wrokers` (did you mean `workers`?)");
  CHECK(refusal("qqqqqqqq = 2\n") == "/etc/p.toml:1: unknown key `qqqqqqqq`");
  CHECK(refusal("[node]\nworkers = 1\n").starts_with("/etc/p.toml:1: unknown key `node`"));
}

TEST_CASE("what is no TOML is refused with its line") {
  CHECK(refusal("workers = \n").starts_with("/etc/p.toml:1: "));
  CHECK(refusal("workers = 1\nworkers = 2\n").starts_with("/etc/p.toml:2: "));
  CHECK(refusal("\xff\xfe").starts_with("/etc/p.toml:1: "));
  CHECK(refusal("workers = { a = 1 }") == "/etc/p.toml:1: workers cannot be a table");
  CHECK(refusal("grace = 07:32:00") == "/etc/p.toml:1: grace cannot be a date or a time of day");
}

TEST_CASE("a file that cannot be read is refused without waiting for it") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("pinion-config-file-test-" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  CHECK(refused_file(folder / "none.toml").ends_with("none.toml: No such file or directory"));
  CHECK(refused_file(folder).ends_with(": it is a directory"));
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(refused_file(folder / "pipe").ends_with(": it is no regular file"));
  std::ofstream(folder / "huge") << std::string((1u << 20) + 1, '#');
  CHECK(refused_file(folder / "huge").ends_with(": it has more than 1MiB"));
  std::ofstream(folder / "empty");
  CHECK(refused_file(folder / "empty") == "");
  std::filesystem::remove_all(folder);
}
