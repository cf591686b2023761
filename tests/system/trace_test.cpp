// Where exceptions of kernels were thrown.
#include <doctest/doctest.h>

#include <stdexcept>

#include <pinion/pinion.hpp>

#include <support/leaves_nothing.hpp>

using namespace pinion;
using test::leaves_nothing;

// Not in an anonymous namespace and not inline: these are to be found by name.
namespace traced {

[[gnu::noinline]] void load_table(std::int64_t row) {
  if (row >= 0)
    throw std::out_of_range("row " + std::to_string(row));
}
[[gnu::noinline]] std::int64_t read_model(std::int64_t row) {
  load_table(row);
  return row + 1;
}
[[gnu::noinline]] void wrap(std::int64_t row) {
  try {
    read_model(row);
  } catch (...) {
    std::throw_with_nested(std::runtime_error("cannot read"));
  }
}
// Throws and catches many others before.
[[gnu::noinline]] void after_others(std::int64_t row) {
  for (int i = 0; i < 10; ++i)
    try {
      throw i;
    } catch (int) {
    }
  if (read_model(row) == 0) // so that it is not its last act, which leaves no frame
    throw std::logic_error("never");
}

} // namespace traced

PINION_KERNELS(k) {
  k.add("traced.read_model", traced::read_model);
  k.add("traced.wrap", traced::wrap);
  k.add("traced.after_others", traced::after_others);
}

namespace {

config one() {
  config result;
  result.workers = 1;
  return result;
}

task_error error_of(const auto& what) {
  try {
    what.get();
  } catch (const task_error& why) {
    return why;
  }
  FAIL("it did not fail");
  throw 0;
}

bool names(const std::vector<std::string>& trace, std::size_t at, std::string_view function) {
  return at < trace.size() && trace[at].find(function) != std::string::npos;
}

std::string text(const std::vector<std::string>& trace) {
  std::string result;
  for (const auto& each : trace)
    result += each + "\n";
  return result;
}

} // namespace

TEST_CASE("a kernel's exception brings the functions that led to it, from the throwing one to the kernel") {
  const leaves_nothing after;
  node sut(one());
  const auto why = error_of(sut.submit<std::int64_t>("traced.read_model", 7));
  const auto trace = why.trace();
  CAPTURE(text(trace));
  CHECK(std::string(why.what()) == "traced.read_model: std::out_of_range: row 7");
  CHECK(names(trace, 0, "traced::load_table"));
  CHECK(names(trace, 1, "traced::read_model"));
  CHECK_MESSAGE(trace.size() == 2, "what called the kernel is no business of its author's");
}

TEST_CASE("an exception with others nested in it brings the place where the outer one was thrown") {
  const leaves_nothing after;
  node sut(one());
  const auto why = error_of(sut.submit<void>("traced.wrap", 7));
  const auto trace = why.trace();
  CAPTURE(text(trace));
  CHECK(text(trace).find("traced::wrap") != std::string::npos);
  CHECK(text(trace).find("traced::load_table") == std::string::npos);
}

TEST_CASE("the trace is that of the exception that left the kernel, not of those that it caught") {
  const leaves_nothing after;
  node sut(one());
  const auto why = error_of(sut.submit<void>("traced.after_others", 3));
  const auto trace = why.trace();
  CAPTURE(text(trace));
  CHECK(names(trace, 0, "traced::load_table"));
  CHECK(names(trace, 2, "traced::after_others"));
}

TEST_CASE("refusals of pinion's own bring no trace") {
  const leaves_nothing after;
  node sut(one());
  CHECK(error_of(sut.submit<std::int64_t>("traced.read_model", "x")).trace().empty());
}
