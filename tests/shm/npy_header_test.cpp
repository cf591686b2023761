#include <pinion/shm/npy_header.hpp>

#include <doctest/doctest.h>
#include <random>

#include "support/seed.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::string_view_literals;

namespace {

npy_header parse(std::string_view text) { return parse_npy_dictionary(text, "x.npy"); }

std::string refused(std::string_view text) {
  auto error = error_of([&] { parse(text); });
  CHECK(error.reason() == shm_errc::bad_npy);
  CHECK(contains(error.what(), "x.npy: "));
  return error.what();
}

std::string refused_preamble(std::string_view start) {
  auto error = error_of([&] { parse_npy_preamble(start, "x.npy"); });
  CHECK(error.reason() == shm_errc::bad_npy);
  return error.what();
}

std::string with_descr(const std::string& descr) {
  return "{'descr': " + descr + ", 'fortran_order': False, 'shape': (3,), }";
}

std::string with_shape(const std::string& shape) {
  return "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
}

} // namespace

TEST_CASE("the header that NumPy writes is understood") {
  auto header = parse("{'descr': '>c16', 'fortran_order': True, 'shape': (3, 4), }            \n");
  CHECK(header == npy_header{dtype::complex128, true, order::fortran, {3, 4}});
  CHECK(parse(with_descr("'|b1'")) == npy_header{dtype::boolean, false, order::c, {3}});
  CHECK(parse(with_descr("'=i4'")).type == dtype::int32);
  CHECK(parse(with_descr("'u1'")).type == dtype::uint8);
  CHECK(parse(with_descr("'>i1'")).swapped == false);
  CHECK(parse(with_shape("()")).shape == extents{});
  CHECK(parse(with_shape("(0, 5)")).shape == extents{0, 5});
  CHECK(parse(with_shape("(3L, 4L)")).shape == extents{3, 4});
  CHECK(parse(with_shape("(1,2,3,4,5,6,7,8)")).shape.size() == 8);
}

TEST_CASE("keys in any order, double quotes and other blanks make no difference") {
  CHECK(parse("{\"shape\":(2,),\"fortran_order\":False,\n\t\"descr\":\"<i2\"}") ==
        npy_header{dtype::int16, false, order::c, {2}});
}

TEST_CASE("element types that are not numbers are refused in words") {
  CHECK(contains(refused(with_descr("'|O'")), "Python objects"));
  CHECK(contains(refused(with_descr("'<U5'")), "strings"));
  CHECK(contains(refused(with_descr("'|S5'")), "strings"));
  CHECK(contains(refused(with_descr("'<M8[ns]'")), "dates"));
  CHECK(contains(refused(with_descr("'|V8'")), "records"));
  CHECK(contains(refused(with_descr("[('a', '<f8'), ('b', '<i4')]")), "records"));
  CHECK(contains(refused(with_descr("'<f2'")), "size"));
  CHECK(contains(refused(with_descr("'<f16'")), "size"));
  CHECK(contains(refused(with_descr("'|f8'")), "order of bytes"));
  for (const char* descr : {"''", "'<'", "'<f'", "'<f88'", "'<<f8'", "'f8 '", "'nonsense'"})
    CHECK(contains(refused(with_descr(descr)), "not supported"));
  CHECK(contains(refused(with_descr("7")), "a string expected"));
}

TEST_CASE("shapes that cannot be are refused") {
  CHECK(contains(refused(with_shape("(-1,)")), "negative extent -1"));
  CHECK(contains(refused(with_shape("(9223372036854775808,)")), "63 bits"));
  CHECK(contains(refused(with_shape("(9223372036854775807,)")), "too big"));
  CHECK(contains(refused(with_shape("(4294967296, 4294967296)")), "too big"));
  CHECK(contains(refused(with_shape("(4294967296, 0, 4294967296)")), "too big"));
  CHECK(contains(refused(with_shape("(1,1,1,1,1,1,1,1,1)")), "more than 8 axes"));
  for (const char* shape : {"(3)", "3", "(,)", "(3,,4)", "(3 4)", "(3, 4", "[3, 4]", "(3.0,)", "('3',)",
                            "(0x3,)", "None", "(+3,)"}) {
    CAPTURE(shape);
    CHECK(contains(refused(with_shape(shape)), "malformed"));
  }
}

TEST_CASE("missing, unknown and repeated keys are refused by name") {
  CHECK(contains(refused("{}"), "lacks the key \"descr\""));
  CHECK(contains(refused("{'descr': '<f8', 'shape': (3,)}"), "lacks the key \"fortran_order\""));
  CHECK(contains(refused("{'descr': '<f8', 'fortran_order': False}"), "lacks the key \"shape\""));
  CHECK(contains(refused("{'descr': '<f8', 'color': 3}"), "unknown key \"color\""));
  CHECK(contains(refused("{'descr': '<f8', 'descr': '<f8'}"), "twice"));
}

TEST_CASE("what is no dictionary is refused") {
  for (auto text : {""sv, " "sv, "{"sv, "{'descr"sv, "{'descr'"sv, "{'descr':"sv, "{'descr': '<f8'"sv, "[]"sv,
                    "{,}"sv, "{'fortran_order': 1}"sv, "{'fortran_order': Falsehood}"sv,
                    "{'descr': '<f8' 'shape': ()}"sv, "\0\0\0\0"sv}) {
    CAPTURE(text);
    CHECK(contains(refused(text), "malformed"));
  }
  CHECK(contains(refused(with_shape("(3,)") + " x"), "goes on"));
  CHECK(contains(refused(with_shape("(3,)") + with_shape("(3,)")), "goes on"));
}

TEST_CASE("the preamble tells the length of the dictionary, in two bytes or in four") {
  auto one = parse_npy_preamble("\x93NUMPY\1\0v\0xx"sv, "x.npy");
  CHECK(one.size == 10);
  CHECK(one.dictionary == 118);
  auto two = parse_npy_preamble("\x93NUMPY\2\0\0\1\0\0"sv, "x.npy");
  CHECK(two.size == 12);
  CHECK(two.dictionary == 256);
  CHECK(parse_npy_preamble("\x93NUMPY\3\0\0\1\0\0"sv, "x.npy").dictionary == 256);
}

TEST_CASE("a preamble that is cut, foreign or of another version is refused") {
  CHECK(contains(refused_preamble(""), "empty"));
  CHECK(contains(refused_preamble("PK\3\4 this is a zip"), "not a .npy file"));
  CHECK(contains(refused_preamble("\x93NUM"sv), "cut"));
  CHECK(contains(refused_preamble("\x93NUMPY\1\0v"sv), "cut"));
  CHECK(contains(refused_preamble("\x93NUMPY\2\0v\0\0"sv), "cut"));
  CHECK(contains(refused_preamble("\x93NUMPY\4\0v\0\0\0"sv), "version 4.0"));
  CHECK(contains(refused_preamble("\x93NUMPY\0\0v\0\0\0"sv), "version 0.0"));
  CHECK(contains(refused_preamble("\x93NUMPY\1\1v\0\0\0"sv), "version 1.1"));
  CHECK(contains(refused_preamble("\x93NUMPY\2\0\xff\xff\xff\xff"sv), "4.00 GiB"));
}

TEST_CASE("headers that we write are read back, end in a line break and are aligned to 64 bytes") {
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  for (int round = 0; round < 500; ++round) {
    npy_header header;
    header.type = static_cast<dtype>(between(random, 1, 13));
    header.lie = between(random, 0, 1) == 0 ? order::c : order::fortran;
    for (auto rank = between(random, 0, 8); rank > 0; --rank)
      header.shape.push_back(between(random, 0, 100));
    auto text = format_npy_header(header);
    REQUIRE(text.size() % 64 == 0);
    REQUIRE(text.back() == '\n');
    auto preamble = parse_npy_preamble(text, "x.npy");
    REQUIRE(preamble.size + preamble.dictionary == text.size());
    REQUIRE(parse(std::string_view(text).substr(preamble.size)) == header);
  }
}

TEST_CASE("a header with any bytes changed is understood or refused, never a crash") {
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  const auto good = with_shape("(3, 4)");
  for (int round = 0; round < 20000; ++round) {
    auto text = good;
    for (auto changes = between(random, 1, 4); changes > 0; --changes) {
      auto at = static_cast<std::size_t>(between(random, 0, static_cast<std::int64_t>(text.size()) - 1));
      switch (between(random, 0, 2)) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.insert(at, 1, "'(){},:0123456789<>|"[between(random, 0, 19)]);
        break;
      default:
        text.erase(at, static_cast<std::size_t>(between(random, 1, 5)));
      }
      if (text.empty())
        break;
    }
    try {
      auto header = parse(text);
      REQUIRE(valid(header.type));
      REQUIRE(byte_count(header.shape, header.type) < std::uint64_t{1} << 63);
    } catch (const shm_error& e) {
      REQUIRE(e.reason() == shm_errc::bad_npy);
    }
  }
}
