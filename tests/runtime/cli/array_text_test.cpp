#include <doctest/doctest.h>

#include <complex>
#include <cstdint>
#include <numeric>
#include <vector>

#include <pinion/runtime/cli/array_text.hpp>

using namespace pinion;
using pinion::cli::array_text;

namespace {

template <class T>
std::vector<T> counted(std::size_t size) {
  std::vector<T> values(size);
  std::iota(values.begin(), values.end(), T{});
  return values;
}

template <class T>
std::string text(std::vector<T>& values, const layout& lay) {
  return array_text(any_view(values.data(), dtype_of<T>, lay, {}, true));
}

} // namespace

TEST_CASE("a small array is shown in full, its columns aligned") {
  auto values = counted<double>(12);
  values[1] = 0.5;
  CHECK(text(values, c_order({3, 4})) == "float64[3,4]\n"
                                         "[[  0 0.5   2   3]\n"
                                         " [  4   5   6   7]\n"
                                         " [  8   9  10  11]]");
}

TEST_CASE("strides decide what is shown") {
  auto values = counted<std::int32_t>(6);
  CHECK(text(values, f_order({2, 3})) == "int32[2,3]\n[[0 2 4]\n [1 3 5]]");
}

TEST_CASE("arrays of one element, of none and without axes have their own look") {
  auto values = counted<std::int8_t>(1);
  CHECK(text(values, c_order({})) == "int8[]\n0");
  CHECK(text(values, c_order({1})) == "int8[1]\n[0]");
  CHECK(text(values, c_order({0})) == "int8[0]\n[]");
  CHECK(text(values, c_order({2, 0})) == "int8[2,0]\n[[]\n []]");
  CHECK(text(values, c_order({0, 2})) == "int8[0,2]\n[]");
}

TEST_CASE("of a large array the corners are shown") {
  auto values = counted<std::int64_t>(2000);
  CHECK(text(values, c_order({2000})) == "int64[2000]\n[   0    1    2 ... 1997 1998 1999]");
  CHECK(text(values, c_order({1000, 2})) == "int64[1000,2]\n"
                                            "[[   0    1]\n"
                                            " [   2    3]\n"
                                            " [   4    5]\n"
                                            " ...\n"
                                            " [1994 1995]\n"
                                            " [1996 1997]\n"
                                            " [1998 1999]]");
}

TEST_CASE("blocks of a deep array are set apart") {
  auto values = counted<std::uint8_t>(8);
  CHECK(text(values, c_order({2, 2, 2})) == "uint8[2,2,2]\n[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]");
}

TEST_CASE("long rows are broken, and the most axes there are give a bounded text") {
  auto values = counted<std::int64_t>(100);
  for (auto& value : values)
    value += 1'000'000'000'000;
  const auto lines = text(values, c_order({100}));
  for (std::size_t begin = 0; begin < lines.size();) {
    const auto end = std::min(lines.find('\n', begin), lines.size());
    CHECK(end - begin <= 101);
    begin = end + 1;
  }
  auto many = counted<std::uint8_t>(65536);
  CHECK(text(many, c_order({4, 4, 4, 4, 4, 4, 4, 4})).size() < 20000);
}

TEST_CASE("booleans and complex numbers are spelled out") {
  std::vector<std::uint8_t> truths{0, 1, 7};
  CHECK(array_text(any_view(truths.data(), dtype::boolean, c_order({3}), {}, true)) ==
        "bool[3]\n[false  true  true]");
  std::vector<std::complex<double>> complex{{1, 2}, {0, -1}};
  CHECK(text(complex, c_order({2})) == "complex128[2]\n[(1+2j) (0-1j)]");
}
