#include <doctest/doctest.h>

#include <new>
#include <ostream>
#include <set>
#include <stdexcept>
#include <type_traits>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/actors/task_wire.hpp>

#include "printers.hpp"

using namespace pinion;

namespace {

template <class Thrown>
failure failure_from(const char* kernel, Thrown what) {
  return failure_of(kernel, std::make_exception_ptr(what));
}

struct not_an_exception {};

} // namespace

TEST_CASE("every actor error has a name and a sentence of its own") {
  std::set<std::string> names;
  std::set<std::string> sentences;
  int known = 0;
  for (int value = 1; valid(static_cast<actor_errc>(value)); ++value) {
    known = value;
    const auto code = static_cast<actor_errc>(value);
    names.emplace(name_of(code));
    sentences.insert(make_error_code(code).message());
  }
  CHECK(known >= static_cast<int>(actor_errc::no_workers));
  CHECK(names.size() == static_cast<std::size_t>(known));
  CHECK(sentences.size() == static_cast<std::size_t>(known));
  CHECK(std::string(actor_category().name()) == "pinion.actors");
}

TEST_CASE("a number that no actor error has is not valid and still has a message") {
  CHECK_FALSE(valid(static_cast<actor_errc>(0)));
  CHECK_FALSE(valid(static_cast<actor_errc>(200)));
  CHECK(name_of(static_cast<actor_errc>(200)) == "unknown");
  CHECK(actor_category().message(-1) == "unknown error -1");
}

TEST_CASE("a task error says its text and nothing else") {
  const task_error e(actor_errc::worker_died, "dot: worker 2 was killed");
  CHECK(std::string(e.what()) == "dot: worker 2 was killed");
  CHECK(e.code() == actor_errc::worker_died);
  CHECK(e.reason() == actor_errc::worker_died);
  CHECK(e.why() == failure{actor_errc::worker_died, "dot: worker 2 was killed"});
  static_assert(std::is_nothrow_copy_constructible_v<task_error>);
  const task_error copy = e; // NOLINT: the copy is the test
  CHECK(std::string(copy.what()) == e.what());
}

TEST_CASE("an exception of a kernel becomes a failure with kernel, type and text") {
  CHECK(failure_from("scale", std::invalid_argument("no such factor")) ==
        failure{actor_errc::kernel_failed,
                "scale: std::invalid_argument: no such factor",
                {},
                "std::invalid_argument",
                {}});
}

TEST_CASE("memory that was refused is a failure of its own") {
  const auto why = failure_from("scale", std::bad_alloc());
  CHECK(why.code == actor_errc::out_of_memory);
  CHECK(why.text == "scale: std::bad_alloc: std::bad_alloc");
}

TEST_CASE("what is nested in an exception is told behind it, the nearest first") {
  struct chain {
    static void thrown(int depth) {
      try {
        if (depth > 0)
          thrown(depth - 1);
        throw std::out_of_range("row 7");
      } catch (const std::exception&) {
        std::throw_with_nested(std::runtime_error("level " + std::to_string(depth)));
      }
    }
  };
  const auto caught = [](int depth) {
    try {
      chain::thrown(depth);
    } catch (...) {
      return failure_of("load", std::current_exception());
    }
    return failure{};
  };
  const auto one = caught(0);
  CHECK(one.text == "load: std::runtime_error: level 0; caused by std::out_of_range: row 7");
  CHECK(one.type == "std::runtime_error");
  CHECK(one.causes == std::vector<std::string>{"std::out_of_range: row 7"});
  CHECK(caught(2).causes.front() == "std::runtime_error: level 1");
  // A chain without end is cut.
  CHECK(caught(100).causes.size() == 16);
  try {
    try {
      throw 42;
    } catch (...) {
      std::throw_with_nested(std::logic_error("odd"));
    }
  } catch (...) {
    CHECK(failure_of("load", std::current_exception()).causes == std::vector<std::string>{"int"});
  }
}

TEST_CASE("a failure comes out of a task error, a message and CAF's error as it went in") {
  const failure sent{
      actor_errc::overloaded, "no room", std::chrono::milliseconds{70}, "my::type", {"a: x", "b: y"}};
  CHECK(task_error(sent).why() == sent);
  CHECK(task_error(sent).retry_after() == std::chrono::milliseconds{70});
  CHECK(task_error(sent).type() == "my::type");
  CHECK(task_error(sent).causes() == sent.causes);
  CHECK(failure_of(to_caf_error(sent)) == sent);
  auto without_pause = sent;
  without_pause.retry_after = {};
  CHECK(unpack_failure(actor_errc::overloaded, pack_failure(sent)) == without_pause);
  CHECK(code_of(caf::make_error(caf::sec::request_timeout)) == actor_errc::internal);
  CHECK(retry_after_of(caf::make_error(caf::sec::request_timeout)) == std::chrono::milliseconds{0});
}

TEST_CASE("what is thrown and no exception becomes a failure with its type") {
  CHECK(failure_from("odd", 42) == failure{actor_errc::kernel_failed, "odd: threw int", {}, "int", {}});
  CHECK(failure_from("odd", not_an_exception{}).text.find("not_an_exception") != std::string::npos);
}

TEST_CASE("a task error out of a kernel stays what it is") {
  CHECK(failure_from("sleep", task_error(actor_errc::cancelled, "task 3 stopped")) ==
        failure{actor_errc::cancelled, "task 3 stopped"});
}

TEST_CASE("a text without end is cut to the limit between two characters") {
  std::string endless;
  while (endless.size() < 3 * failure_text_limit)
    endless += "\xc3\xa4"; // a two-byte character, so that one of two cuts would split it
  for (const char* kernel : {"a", "ab"}) {
    const auto text = failure_from(kernel, std::runtime_error(endless)).text;
    CHECK(text.size() <= failure_text_limit);
    CHECK(text.size() > failure_text_limit - 8);
    CHECK(text.substr(text.size() - 4) == "\xa4...");
  }
}

TEST_CASE(
    "a code from another process is one of ours or internal, whatever it would be when it is cut to a byte") {
  CHECK(actor_errc_of(1) == actor_errc::unknown_kernel);
  CHECK(actor_errc_of(0) == actor_errc::internal);
  CHECK(actor_errc_of(200) == actor_errc::internal);
  CHECK(actor_errc_of(257) == actor_errc::internal);
  CHECK(actor_errc_of(~std::uint64_t{0}) == actor_errc::internal);
}
