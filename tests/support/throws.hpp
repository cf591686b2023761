#pragma once

#include <optional>
#include <string>

#include <doctest/doctest.h>

#include <pinion/shm/error.hpp>

namespace pinion::test {

/// The error that a call throws: its reason and its text. Fails the test when there is none.
template <class Call>
shm_error error_of(Call&& call) {
  try {
    call();
  } catch (const shm_error& e) {
    return e;
  }
  FAIL("no shm_error was thrown");
  throw 0;
}

template <class Call>
shm_errc reason_of(Call&& call) {
  return error_of(call).reason();
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace pinion::test

namespace doctest {
template <>
struct StringMaker<pinion::shm_errc> {
  static String convert(pinion::shm_errc code) { return pinion::make_error_code(code).message().c_str(); }
};
} // namespace doctest
