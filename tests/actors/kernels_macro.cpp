#include <doctest/doctest.h>

#include <pinion/actors/kernels_macro.hpp>

using namespace pinion;

namespace {

std::int64_t macro_first() { return 1; }
std::int64_t macro_second() { return 2; }

bool has(const kernel_registry& k, std::string_view name) { return !k.overloads(name).empty(); }

} // namespace

PINION_KERNELS(k) { k.add("macro_test_first", macro_first, "from a program"); }

PINION_KERNELS(kernels) { kernels.add("macro_test_second", macro_second); }

TEST_CASE("kernels of a program are known without a call") {
  const auto all = kernel_registry::from_registered();
  CHECK(has(all, "macro_test_first"));
  CHECK(has(all, "macro_test_second"));
  CHECK(all.overloads("macro_test_first").front().doc == "from a program");
}

TEST_CASE("what a registrar added is gone when the registrar goes") {
  const auto before = registered_kernels().size();
  {
    const kernel_registrar here{[](kernel_registry& k) { k.add("macro_test_passing", macro_first); }};
    CHECK(registered_kernels().size() == before + 1);
    CHECK(has(kernel_registry::from_registered(), "macro_test_passing"));
  }
  CHECK(registered_kernels().size() == before);
  CHECK_FALSE(has(kernel_registry::from_registered(), "macro_test_passing"));
}
