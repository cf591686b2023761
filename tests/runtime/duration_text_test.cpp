#include <doctest/doctest.h>

#include <chrono>

#include <pinion/runtime/duration_text.hpp>

using namespace std::chrono_literals;
using pinion::duration_text;
using pinion::parse_duration;

TEST_CASE("a time takes a unit and a fraction") {
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("10s") == 10s);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("2min") == 2min);
  CHECK(parse_duration("1h") == 1h);
  CHECK(parse_duration("20us") == 20us);
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("3 s") == 3s);
}

TEST_CASE("only zero may stand without a unit") {
  CHECK(parse_duration("0") == 0s);
  CHECK(parse_duration("0.0") == 0s);
  CHECK_FALSE(parse_duration("5"));
}

TEST_CASE("what is no time is refused") {
  for (const char* text :
       {"", "s", "-1s", "+1s", "1.2.3s", "1 sec", "1S", "10ms ", "1e3s", "0.5ns", ".s", "soon"})
    CHECK_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("a time beyond a year is refused, not wrapped") {
  CHECK(parse_duration("8760h") == pinion::longest_duration);
  CHECK_FALSE(parse_duration("8761h"));
  CHECK_FALSE(parse_duration("99999999999999999999s"));
  CHECK_FALSE(parse_duration("9223372036854775807h"));
}

TEST_CASE("a printed time is in its largest whole unit and reads back") {
  CHECK(duration_text(0s) == "0s");
  CHECK(duration_text(1000ms) == "1s");
  CHECK(duration_text(250ms) == "250ms");
  CHECK(duration_text(90s) == "90s");
  CHECK(duration_text(120s) == "2min");
  for (std::chrono::nanoseconds time : {1ns, 1500ns, 36'000'000'000'000ns})
    CHECK(parse_duration(duration_text(time)) == time);
}
