// Runs each file of a corpus through one fuzz target: what the fuzzer has found once stays mended, on builds
// without the fuzzer too. usage: pinion_replay_TARGET DIRECTORY|FILE…
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "target.hpp"

namespace fs = std::filesystem;

namespace {

bool collect(const fs::path& from, std::vector<fs::path>& into) {
  std::error_code failed;
  if (fs::is_regular_file(from, failed)) {
    into.push_back(from);
    return true;
  }
  const auto before = into.size();
  for (const auto& entry : fs::directory_iterator(from, failed))
    if (entry.is_regular_file())
      into.push_back(entry.path());
  if (failed || into.size() == before) {
    std::fprintf(stderr, "replay: no corpus in %s: it is missing or empty\n", from.c_str());
    return false;
  }
  return true;
}

bool replay(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file) {
    std::fprintf(stderr, "replay: cannot read %s\n", path.c_str());
    return false;
  }
  // Said before, so that the last line of a run that ends early names the file.
  std::fprintf(stderr, "%s\n", path.filename().c_str());
  // A block of just that size: the sanitizer sees a step beyond its end.
  const auto copy = std::make_unique<std::uint8_t[]>(bytes.size());
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  LLVMFuzzerTestOneInput(copy.get(), bytes.size());
  return true;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s DIRECTORY|FILE...\n", argv[0]);
    return 2;
  }
  std::vector<fs::path> files;
  for (int i = 1; i < argc; ++i)
    if (!collect(argv[i], files))
      return 1;
  std::sort(files.begin(), files.end());
  if (!std::all_of(files.begin(), files.end(), replay))
    return 1;
  std::printf("replayed %zu inputs: all refused or valid\n", files.size());
}
