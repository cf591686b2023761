#include <doctest/doctest.h>

#include <ostream>
#include <string>
#include <system_error>

#include <pinion/runtime/error.hpp>

using pinion::runtime_errc;

TEST_CASE("a raised error says its text and nothing else, and carries its code") {
  try {
    pinion::raise(runtime_errc::name_taken, "node lab: the name is taken");
    FAIL("nothing was thrown");
  } catch (const std::system_error& error) {
    CHECK(std::string(error.what()) == "node lab: the name is taken");
    CHECK(error.code() == runtime_errc::name_taken);
    CHECK(std::string(error.code().category().name()) == "pinion.runtime");
  }
}

TEST_CASE("every value has a sentence of its own") {
  for (int value = 1; value <= static_cast<int>(runtime_errc::interrupted); ++value) {
    const auto sentence = pinion::runtime_category().message(value);
    CHECK_FALSE(sentence.starts_with("unknown"));
    for (int other = 1; other < value; ++other)
      CHECK(sentence != pinion::runtime_category().message(other));
  }
  CHECK(pinion::runtime_category().message(4711) == "unknown error 4711");
}
