#include <doctest/doctest.h>

#include <limits>
#include <string>

#include <pinion/runtime/size_text.hpp>

using pinion::parse_size;
using pinion::size_text;

TEST_CASE("a size takes binary units, decimal units and none") {
  CHECK(parse_size("4096") == 4096);
  CHECK(parse_size("0") == 0);
  CHECK(parse_size("64MiB") == 64u * 1024 * 1024);
  CHECK(parse_size("64M") == 64u * 1024 * 1024);
  CHECK(parse_size("1GiB") == std::size_t{1} << 30);
  CHECK(parse_size("2TiB") == std::size_t{2} << 40);
  CHECK(parse_size("1 GiB") == std::size_t{1} << 30);
  CHECK(parse_size("1GB") == 1'000'000'000);
  CHECK(parse_size("12B") == 12);
}

TEST_CASE("a size takes a fraction that gives whole bytes") {
  CHECK(parse_size("1.5GiB") == (std::size_t{3} << 29));
  CHECK(parse_size("0.5KiB") == 512);
  CHECK_FALSE(parse_size("0.3B"));
}

TEST_CASE("what is no size is refused") {
  for (const char* text :
       {"", "B", "GiB", "-1", "+1", "1.2.3", ".", "1gibi", "1GiB ", " 1", "1e3", "0x10", "many"})
    CHECK_MESSAGE(!parse_size(text), text);
}

TEST_CASE("a size that does not fit is refused, not wrapped") {
  CHECK(parse_size("18446744073709551615") == std::numeric_limits<std::size_t>::max());
  CHECK_FALSE(parse_size("18446744073709551616"));
  CHECK_FALSE(parse_size("16777216TiB"));
  CHECK_FALSE(parse_size("1." + std::string(40, '0') + "GiB"));
}

TEST_CASE("a printed size is short and reads back") {
  CHECK(size_text(0) == "0");
  CHECK(size_text(1000) == "1000");
  CHECK(size_text(1024) == "1KiB");
  CHECK(size_text(std::size_t{3} << 29) == "1536MiB");
  CHECK(size_text(std::size_t{4} << 30) == "4GiB");
  for (std::size_t bytes : {std::size_t{1}, std::size_t{1023}, std::size_t{1} << 50, std::size_t{123456789}})
    CHECK(parse_size(size_text(bytes)) == bytes);
}
