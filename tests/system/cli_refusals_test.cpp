#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <pinion/shm/npz.hpp>
#include <support/program.hpp>
#include <support/scratch_directory.hpp>
#include <support/shm_left.hpp>

namespace {

using words = std::vector<std::string>;

// One line on standard error that says `part`, nothing on standard output, nothing left behind.
void check_refused(const words& line, int code, const std::string& part, const words& variables = {}) {
  std::string shown;
  for (const auto& word : line)
    shown += " " + word;
  CAPTURE(shown);
  pinion::test::program sut(line, {variables, false, false});
  CHECK(sut.out() == "");
  CHECK(sut.wait() == code);
  const auto said = sut.err();
  CHECK_MESSAGE(said.starts_with("pinion: "), said);
  CHECK_MESSAGE(said.find(part) != std::string::npos, said);
  CHECK_MESSAGE(std::count(said.begin(), said.end(), '\n') == 1, said);
  CHECK(pinion::test::shm_left(sut.pid()).empty());
}

constexpr int failed = 1;
constexpr int usage = 2;

} // namespace

TEST_CASE("wrong verbs and options are refused with the nearest right one") {
  check_refused({"call", "--grace=", "fib", "3"}, usage, "--grace=: a value must follow");
  check_refused({"call", "fib", "3", "--timeout", "100w"}, usage, "--timeout 100w: expected a time");
  check_refused({"run", "x.toml", "--json", ""}, usage, "--json: expected the name of a file");
  check_refused({"call", "scale", "zeros:float64:2", "2", "--out", ""}, usage, "--out: expected the name");
  check_refused({"ls", "--help"}, usage, "there is no verb `ls`");
  check_refused({"call", "fib", "10", "--node", ""}, usage, "'' is no name for a node");
  check_refused({}, usage, "a verb is missing");
  check_refused({"cal", "fib", "3"}, usage, "did you mean `call`?");
  check_refused({"--verbose"}, usage, "there is no option `--verbose`");
  check_refused({"call", "fib", "3", "--tiemout", "1s"}, usage, "did you mean `--timeout`?");
  check_refused({"ps", "lab"}, usage, "unexpected argument `lab`");
  check_refused({"version", "now"}, usage, "unexpected argument `now`");
  check_refused({"call"}, usage, "the KERNEL is missing");
  check_refused({"stop"}, usage, "the NAME of a node is missing");
  check_refused({"run"}, usage, "the FILE of a scenario is missing");
}

TEST_CASE("a configuration value is refused by the name of the place it came from") {
  for (const char* value : {"", "many", "1.5", "-1", "4097"})
    check_refused({"call", "--workers", value, "fib", "3"}, usage, "--workers: expected a whole number");
  check_refused({"call", "fib", "3", "--workers"}, usage, "--workers: a value must follow");
  check_refused({"node", "--name", "a/b"}, usage, "--name: expected 1 to 48 letters");
  check_refused({"node", "--processors", "3-1"}, usage, "--processors: expected a list");
  check_refused({"node", "--store-limit", "lots"}, usage, "--store-limit: expected a size");
  check_refused({"node", "--grace", "5"}, usage, "--grace: expected a time");
  check_refused({"call", "fib", "3"}, usage, "PINION_WORKERS: expected", {"PINION_WORKERS=many"});
  check_refused({"ps", "--config", "/nowhere.toml"}, usage, "cannot read /nowhere.toml");
  check_refused({"ps"}, usage, "cannot read /nowhere.toml", {"PINION_CONFIG=/nowhere.toml"});
}

TEST_CASE("an unknown key of the configuration file is refused with file and line") {
  const pinion::test::scratch_directory folder("cli-config");
  std::ofstream(folder / "p.toml") << "# ours\nwrokers = 3\n";
  check_refused({"ps", "--config", folder / "p.toml"}, usage,
                "p.toml:2: unknown key `wrokers` (did you mean `workers`?)");
}

TEST_CASE("a call that cannot be is refused with what to do") {
  check_refused({"call", "fbi", "3"}, usage, "fib");
  check_refused({"call", "fib"}, usage, "fib");
  check_refused({"call", "fib", "3", "4"}, usage, "fib");
  check_refused({"call", "fib", "three"}, usage, "fib");
  check_refused({"call", "fib", "99999999999999999999999"}, usage, "too large");
  check_refused({"call", "fib", "zeros:float64:2"}, usage, "fib");
  check_refused({"call", "sum", "zeros:flaot64:2"}, usage, "did you mean `float64`?");
  check_refused({"call", "sum", "zeros:float64:1x1x1x1x1x1x1x1x1"}, usage, "at most 8 axes");
  check_refused({"call", "sum", "zeros:float64:9223372036854775807x2"}, failed, "");
  check_refused({"call", "fib", "3", "--timeout", "5"}, usage, "--timeout 5: expected a time");
  check_refused({"call", "fib", "3", "--out", "x.npy"}, usage, "--out");
  check_refused({"call", "fib", "3", "--node", "nobody-there"}, failed, "nobody-there");
  check_refused({"call", "fib", "3", "--node", "a", "--workers", "2"}, usage,
                "--workers is for a node of the call's own");
  check_refused({"call", "fail", "so it is"}, failed, "so it is");
  check_refused({"call", "sleep", "60", "--timeout", "50ms"}, failed, "sleep");
}

TEST_CASE("array files that are none are refused by name") {
  const pinion::test::scratch_directory folder("cli-arrays");
  std::ofstream(folder / "empty.npy");
  std::ofstream(folder / "text.npy") << "hello, world; this is no array at all";
  std::ofstream(folder / "cut.npy") << "\x93NUMPY\x01";
  REQUIRE(::mkfifo((folder / "pipe.npy").c_str(), 0600) == 0);
  for (const char* name : {"missing.npy", "empty.npy", "text.npy", "cut.npy", "pipe.npy"})
    check_refused({"call", "sum", "@" + (folder / name).string()}, failed, name);
  check_refused({"call", "sum", "@" + folder.path().string()}, failed, folder.path().filename());
  check_refused({"call", "sum", "@"}, usage, "the path of a file must follow");
}

TEST_CASE("archives and bare elements that are not what was asked for are refused by name") {
  const pinion::test::scratch_directory folder("cli-archives");
  const auto archive = (folder / "a.npz").string();
  const auto bare = (folder / "x.bin").string();
  std::ofstream(bare) << "123456789";
  std::ofstream(archive) << "no archive";
  check_refused({"call", "sum", "@" + archive}, failed, "a.npz: it is not a .npz file");
  check_refused({"call", "sum", "@" + archive + ":"}, usage, "the name of an array must follow");
  std::vector<double> values{1, 2, 3};
  const pinion::view<const double> three(values.data(), pinion::c_order({3}));
  pinion::save_npz(archive, {{"one", three}, {"two", three}});
  check_refused({"call", "sum", "@" + archive}, failed, "it has 2 arrays, say which one: \"one\", \"two\"");
  check_refused({"call", "sum", "@" + archive + ":three"}, failed, "a.npz: it has no array \"three\"");
  check_refused({"call", "sum", "@" + bare + ":float64[1]"}, failed, "takes 8 bytes, the file has 9 bytes");
  check_refused({"call", "sum", "@" + bare + ":float64[-1]"}, failed, "a multiple of 8 bytes");
  check_refused({"call", "sum", "@" + bare + ":float64"}, usage, "the shape must follow");
  check_refused({"call", "sum", "@" + bare + ":flaot64[1]"}, usage, "did you mean `float64`?");
}

TEST_CASE("a plug-in that is none is refused by name") {
  const pinion::test::scratch_directory folder("cli-plugin");
  const auto pipe = (folder / "pipe.so").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  check_refused({"call", "--load", pipe, "fib", "3"}, failed, "it is not a regular file");
  const auto cut = folder / "cut.so";
  std::filesystem::copy_file(PINION_BUILD_DIR "/lib/libpinion.so", cut);
  std::filesystem::resize_file(cut, 5000);
  check_refused({"call", "--load", cut.string(), "fib", "3"}, failed, "it is cut short: 5000 bytes");
  std::ofstream(folder / "libtext.so") << "hello";
  for (const char* verb : {"kernels", "node"}) {
    check_refused({verb, "--load", folder / "libtext.so"}, failed, "libtext.so");
    check_refused({verb, "--load", folder / "libnone.so"}, failed, "libnone.so");
    check_refused({verb, "--load", folder.path()}, failed, folder.path().filename());
  }
}

TEST_CASE("a scenario that cannot be played is refused by name") {
  const pinion::test::scratch_directory folder("cli-scenario");
  std::ofstream(folder / "bad.toml") << "this is = = no toml\n";
  check_refused({"run", folder / "none.toml"}, usage, "none.toml");
  check_refused({"run", folder / "bad.toml"}, usage, "bad.toml:1");
  check_refused({"run", folder.path()}, usage, folder.path().filename());
  check_refused({"run", folder / "bad.toml", "--set", "size"}, usage, "--set size: expected key=value");
}

TEST_CASE("processors that are not there are refused, not passed over") {
  check_refused({"call", "fib", "3", "--processors", "9999"}, usage, "9999");
}

TEST_CASE("names of nodes that do not run are refused") {
  const pinion::test::scratch_directory folder("cli-nodes");
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  const words variables{"PINION_RUNTIME_DIR=" + folder.path().string()};
  check_refused({"stop", "lab"}, failed, "lab", variables);
  check_refused({"ps", "--node", "lab"}, failed, "lab", variables);
  check_refused({"kernels", "--node", "lab"}, failed, "lab", variables);
  check_refused({"stop", "../lab"}, usage, "../lab", variables);
}

TEST_CASE("a call whose worker dies says how, behind the last words of the kernel") {
  pinion::test::program sut({"call", "crash", "abort", "--workers", "1"});
  CHECK(sut.out() == "");
  CHECK(sut.wait() == failed);
  const auto said = sut.err();
  const auto ours = said.find("pinion: crash: ");
  REQUIRE_MESSAGE(ours != std::string::npos, said);
  CHECK_MESSAGE(said.find("SIGABRT", ours) != std::string::npos, said);
  CHECK(pinion::test::shm_left(sut.pid()).empty());
}
