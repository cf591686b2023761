#pragma once

#include <complex>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include <pinion/shm/shape.hpp>

namespace pinion::test {

// Debian's Python, for which Debian's NumPy is; another one on the PATH may have none.
inline const std::string numpy_python = "/usr/bin/python3";

/// False, with a message, where the tests that need it are skipped.
inline bool has_numpy() {
  static const bool has = std::system((numpy_python + " -c 'import numpy' 2>/dev/null").c_str()) == 0;
  if (!has)
    MESSAGE("skipped: the package python3-numpy is missing");
  return has;
}

/// tests/system/numpy_files.py; true when it found nothing wrong.
inline bool run_script(const std::string& verb, const std::filesystem::path& directory) {
  return std::system((numpy_python + " " PINION_SOURCE_DIR "/tests/system/numpy_files.py " + verb + " '" +
                      directory.string() + "'")
                         .c_str()) == 0;
}

/// Runs some Python, which knows NumPy as np; true when it came to its end.
inline bool run_numpy(const std::string& code) {
  FILE* to = ::popen((numpy_python + " -").c_str(), "w");
  if (to == nullptr)
    return false;
  std::fputs(("import numpy as np\n" + code + "\n").c_str(), to);
  return ::pclose(to) == 0;
}

/// Element i, in C order, of an array of T: the same rule as in the script.
template <class T>
T element_at(std::int64_t i) {
  auto x = static_cast<double>(i);
  if constexpr (std::same_as<T, bool>)
    return i % 3 == 0;
  else if constexpr (std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>)
    return {static_cast<typename T::value_type>(x * 0.5 - 3), static_cast<typename T::value_type>(-x)};
  else if constexpr (std::floating_point<T>)
    return static_cast<T>(x * 0.5 - 3);
  else
    return static_cast<T>((i * 5 - (std::signed_integral<T> ? 60 : 0)) * (sizeof(T) == 8 ? 1000000007 : 1));
}

template <class Visit>
void for_each_type(Visit visit) {
  visit(bool{}), visit(std::int8_t{}), visit(std::int16_t{}), visit(std::int32_t{}), visit(std::int64_t{});
  visit(std::uint8_t{}), visit(std::uint16_t{}), visit(std::uint32_t{}), visit(std::uint64_t{});
  visit(float{}), visit(double{}), visit(std::complex<float>{}), visit(std::complex<double>{});
}

inline const extents numpy_shapes[] = {{}, {0}, {7}, {3, 4}, {2, 0, 3}, {2, 3, 4}, {1, 2, 1, 2, 1, 2, 1, 2}};

} // namespace pinion::test
