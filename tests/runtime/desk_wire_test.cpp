#include <doctest/doctest.h>

#include <pinion/actors/wire.hpp>
#include <pinion/runtime/desk_wire.hpp>

using namespace pinion;

namespace {
std::string body(const std::string& frame) { return frame.substr(frame_prefix); }
} // namespace

TEST_CASE("a call arrives with all that was said of it") {
  desk_request sent;
  sent.what = desk_request::kind::call;
  sent.number = 7;
  sent.kernel = "dot";
  sent.arguments = {argument(1.5), argument(std::string("x"))};
  sent.options.timeout = std::chrono::milliseconds{250};
  sent.options.priority = -3;
  sent.options.idempotent = true;
  sent.options.worker = 2;
  const auto frame = pack_frame(sent);
  CHECK(frame_length(frame.substr(0, frame_prefix)) == frame.size() - frame_prefix);
  const auto got = unpack_request(body(frame));
  CHECK(got.number == 7);
  CHECK(got.kernel == "dot");
  CHECK(got.arguments == sent.arguments);
  CHECK(got.options.timeout == sent.options.timeout);
  CHECK(got.options.priority == -3);
  CHECK(got.options.idempotent);
  CHECK(got.options.worker == 2);
}

TEST_CASE("a question about arrays says which, and how many at the most") {
  desk_request sent;
  sent.what = desk_request::kind::memory;
  sent.number = 8;
  sent.arrays = {7, "prices"};
  const auto got = unpack_request(body(pack_frame(sent)));
  CHECK(got.what == desk_request::kind::memory);
  CHECK(got.arrays.most == 7);
  CHECK(got.arrays.about == "prices");
}

TEST_CASE("results and failures come back with their stamps") {
  desk_answer good;
  good.number = 3;
  good.result.result = argument(std::int64_t{6});
  good.result.stamps.started = 11;
  good.result.worker = 1;
  const auto got = unpack_answer(body(pack_frame(good)));
  CHECK(got.number == 3);
  CHECK(std::get<argument>(got.result.result) == argument(std::int64_t{6}));
  CHECK(got.result.stamps.started == 11);
  CHECK(got.result.worker == 1);
  desk_answer bad;
  bad.result.result = failure{actor_errc::overloaded, "too much"};
  CHECK(std::get<failure>(unpack_answer(body(pack_frame(bad))).result.result).text == "too much");
}

TEST_CASE("another version, cut frames and lengths beyond the limit are refused") {
  const auto frame = body(pack_frame(desk_request{}));
  auto other = frame;
  other[0] = 9;
  CHECK_THROWS_AS(unpack_request(other), task_error);
  for (std::size_t cut = 0; cut < frame.size(); ++cut)
    CHECK_THROWS_AS(unpack_request(frame.substr(0, cut)), task_error);
  CHECK_THROWS_AS(frame_length("\xff\xff\xff\xff"), task_error);
  auto kind = frame;
  kind[4] = 77;
  CHECK_THROWS_AS(unpack_request(kind), task_error);
}

TEST_CASE("a worker or priority that no int holds is refused, not cut") {
  desk_request sent;
  sent.what = desk_request::kind::call;
  sent.kernel = "dot";
  auto bytes = body(pack_frame(sent));
  REQUIRE(unpack_request(bytes).options.worker == -1);
  bytes[bytes.size() - 4] = 1; // the fifth byte of the worker's eight, which end the request
  CHECK_THROWS_AS(unpack_request(bytes), task_error);
}
