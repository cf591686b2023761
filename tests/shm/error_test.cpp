#include <pinion/shm/error.hpp>

#include <cerrno>
#include <doctest/doctest.h>

#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

TEST_CASE("an shm_error says its text and nothing else, and carries its code") {
  auto error = error_of([] { raise(shm_errc::bad_npy, "x.npy: it is empty"); });
  CHECK(std::string(error.what()) == "x.npy: it is empty");
  CHECK((error.code() == shm_errc::bad_npy));
  CHECK(std::string(error.code().category().name()) == "pinion.shm");
}

TEST_CASE("each code has a sentence of its own") {
  for (int code = 1; code <= static_cast<int>(shm_errc::too_long); ++code) {
    auto sentence = shm_category().message(code);
    CHECK_FALSE(contains(sentence, "unknown"));
    for (int other = 1; other < code; ++other)
      CHECK(shm_category().message(other) != sentence);
  }
  CHECK(contains(shm_category().message(999), "unknown"));
}

TEST_CASE("a system error is put behind the text in words") {
  auto error = error_of([] { raise_errno(shm_errc::file_failed, "cannot open x", ENOENT); });
  CHECK(std::string(error.what()) == "cannot open x: No such file or directory");
}

TEST_CASE("sizes are printed in the unit that keeps them short") {
  CHECK(readable_size(0) == "0 bytes");
  CHECK(readable_size(1) == "1 byte");
  CHECK(readable_size(1023) == "1023 bytes");
  CHECK(readable_size(1024) == "1.00 KiB");
  CHECK(readable_size(12u << 20) == "12.0 MiB");
  CHECK(readable_size((1u << 20) - 1) == "1.00 MiB");
  CHECK(readable_size(std::uint64_t{1} << 30) == "1.00 GiB");
  CHECK(readable_size(~std::uint64_t{0}) == "16.0 EiB");
}
