// Bodies between sockets and arrays, with socket pairs in place of clients.
#include <pinion/runtime/http/porter.hpp>

#include <future>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <pinion/runtime/http/haul_in.hpp>
#include <pinion/runtime/http/haul_out.hpp>
#include <pinion/shm/store.hpp>

#include <support/process.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

namespace {

struct pair_of_sockets {
  pair_of_sockets() {
    int both[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
    ours = descriptor(both[0]);
    theirs = descriptor(both[1]);
  }
  void say(std::string_view bytes) const {
    REQUIRE(::send(theirs.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  std::string hear(std::size_t size) const {
    std::string result(size, '\0');
    const auto got = ::recv(theirs.get(), result.data(), size, MSG_WAITALL);
    result.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return result;
  }
  descriptor ours;
  descriptor theirs;
};

std::string npy_of(const any_view& what) {
  const auto head = http::npy(what).body;
  return head + std::string(static_cast<const char*>(what.data), byte_count(what.shape(), what.type));
}

http::body_source source(const std::string& fields, std::string rest = "", const http::limits& what = {}) {
  http::body_source result{http::request_parser(what), std::move(rest), steady_clock::now()};
  const auto head = "PUT /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
  for (std::size_t at = 0; !result.parser.has_head();)
    at += result.parser.read_head(std::string_view(head).substr(at));
  return result;
}

std::string length(std::size_t size) { return "Content-Length: " + std::to_string(size) + "\r\n"; }
const std::string chunked = "Transfer-Encoding: chunked\r\n";

std::string in_chunks(std::string_view all, std::size_t size) {
  std::string result;
  char head[32];
  for (; !all.empty(); all.remove_prefix(std::min(size, all.size()))) {
    const auto part = all.substr(0, size);
    std::snprintf(head, sizeof head, "%zx\r\n", part.size());
    result += head + std::string(part) + "\r\n";
  }
  return result + "0\r\n\r\n";
}

npy_intake::maker into(store& memory) {
  return [&memory](dtype type, const extents& shape, order lie, const std::string&) {
    return memory.make(type, shape, fill::by_file, lie);
  };
}

struct stage {
  std::future<http::arrival> begin(http::body_source from, const http::limits& what = {}) {
    auto told = std::make_shared<std::promise<http::arrival>>();
    auto result = told->get_future();
    last = sut.take(
        std::make_unique<http::haul_in>(std::move(pair.ours), std::move(from), into(memory), what,
                                        [told](http::arrival&& came) { told->set_value(std::move(came)); }));
    return result;
  }
  nothing_left after;
  store memory;
  array<double> numbers = [this] {
    auto result = memory.empty<double>({1000});
    for (int i = 0; i < 1000; ++i)
      result.view()(i) = i;
    return result;
  }();
  const std::string npy = npy_of(numbers.view());
  pair_of_sockets pair;
  http::porter sut;
  std::uint64_t last = 0;
};

double value_at(const http::arrival& what, int i) { return what.array->as<double>().view()(i); }

} // namespace

TEST_CASE("a body with a length becomes an array, and what lies behind it is left") {
  stage s;
  auto came = s.begin(source(length(s.npy.size()), s.npy.substr(0, 100)));
  s.pair.say(s.npy.substr(100, 1000));
  s.pair.say(s.npy.substr(1100) + "GET");
  const auto what = came.get();
  REQUIRE(what.array);
  CHECK(value_at(what, 999) == 999);
  CHECK(s.pair.hear(0).empty());
}

TEST_CASE("a body in chunks becomes the same, and what was read behind it is given back") {
  stage s;
  const auto all = in_chunks(s.npy, 777) + "GET /next";
  for (const std::size_t lies : {std::size_t{0}, std::size_t{1}, std::size_t{500}, all.size()}) {
    CAPTURE(lies);
    s.pair = pair_of_sockets();
    auto came = s.begin(source(chunked, all.substr(0, lies)));
    for (std::size_t at = lies; at < all.size(); at += 100)
      s.pair.say(std::string_view(all).substr(at, 100));
    const auto what = came.get();
    REQUIRE(what.array);
    CHECK(value_at(what, 500) == 500);
    const auto end = all.size() - what.back.rest.size();
    CHECK(all.substr(end) == std::string("GET /next").substr(9 - what.back.rest.size()));
  }
}

TEST_CASE("a body that is whole when its turn ends is told of, though nothing more comes") {
  stage s;
  const auto large = npy_of(s.memory.zeros<double>({1'000'000}).view()); // more than a turn
  for (const auto& fields : {length(large.size()), chunked}) {
    s.pair = pair_of_sockets();
    auto came = s.begin(source(fields, fields == chunked ? in_chunks(large, 100'000) : large));
    CHECK(came.get().array);
  }
}

TEST_CASE("what is wrong with a body is answered, each in its way") {
  struct wrong {
    std::string fields;
    std::string body;
    unsigned status;
  };
  stage s;
  http::limits what;
  what.array = 8000;
  const auto large = npy_of(s.memory.zeros<double>({1001}).view());
  for (const auto& each :
       {wrong{length(20), "this is not an array", 400},
        wrong{length(s.npy.size() - 1), s.npy.substr(0, 200), 400},
        wrong{length(s.npy.size() + 1), s.npy.substr(0, 200), 400},
        wrong{length(large.size()), large.substr(0, 200), 413}, wrong{chunked, in_chunks(large, 5000), 413},
        wrong{chunked, in_chunks(s.npy + "!", 5000), 400},
        wrong{chunked, in_chunks(s.npy.substr(1), 5000), 400},
        wrong{chunked, in_chunks(s.npy.substr(0, 5000), 5000), 400}, wrong{chunked, "nonsense\r\n", 400}}) {
    CAPTURE(each.body.substr(0, 20));
    s.pair = pair_of_sockets();
    auto came = s.begin(source(each.fields, each.body), what);
    const auto told = came.get();
    REQUIRE(told.refused);
    CHECK(told.refused->status == each.status);
  }
  CHECK(eventually([&] { return s.memory.stats().blocks == 1; }));
}

TEST_CASE("no room for an array is said at its header") {
  stage s;
  store_options small;
  small.limit = std::uint64_t{2} << 20U;
  store full(small);
  auto told = std::make_shared<std::promise<http::arrival>>();
  const auto head = http::npy(any_view(nullptr, dtype::float64, c_order({1'000'000}), nullptr, false)).body;
  s.sut.take(std::make_unique<http::haul_in>(
      std::move(s.pair.ours), source(length(head.size() + 8'000'000), head), into(full), http::limits(),
      [told](http::arrival&& came) { told->set_value(std::move(came)); }));
  const auto what = told->get_future().get();
  REQUIRE(what.refused);
  CHECK(what.refused->status == 507);
}

TEST_CASE("a client that goes away, or is too slow, is given up, and its array with it") {
  stage s;
  auto came = s.begin(source(length(s.npy.size()), s.npy.substr(0, 1000)));
  s.pair.theirs = {};
  auto what = came.get();
  CHECK_FALSE(what.array);
  CHECK_FALSE(what.refused);
  s.pair = pair_of_sockets();
  http::limits hasty;
  hasty.body_time = 20ms;
  came = s.begin(source(length(s.npy.size()), s.npy.substr(0, 1000)), hasty);
  what = came.get();
  REQUIRE(what.refused);
  CHECK(what.refused->status == 408);
  CHECK(eventually([&] { return s.memory.stats().blocks == 1; }));
}

TEST_CASE("a body that is dropped is not told of, and its socket closed") {
  stage s;
  auto came = s.begin(source(length(s.npy.size()), s.npy.substr(0, 1000)));
  s.sut.drop(s.last);
  char byte = 0;
  CHECK(::recv(s.pair.theirs.get(), &byte, 1, 0) == 0);
  CHECK_THROWS_AS(came.get(), std::future_error);
}

TEST_CASE("the elements of an array are sent as they lie, or in their order where they do not lie in a row") {
  stage s;
  const auto rows = s.numbers.view().reshape({10, 100});
  for (const any_view& what : {any_view(s.numbers.view()), any_view(rows.transpose()),
                               any_view(s.numbers.view().slice(0, 0, 1000, 3))}) {
    s.pair = pair_of_sockets();
    std::promise<bool> told;
    s.sut.take(std::make_unique<http::haul_out>(std::move(s.pair.ours), what, 10s, steady_clock::now(),
                                                [&](bool all) { told.set_value(all); }));
    const auto size = byte_count(what.shape(), what.type);
    const auto bytes = s.pair.hear(size);
    CHECK(told.get_future().get());
    REQUIRE(bytes.size() == size);
    const auto* got = reinterpret_cast<const double*>(bytes.data());
    CHECK(got[1] == (what.shape()[0] == 334 ? 3 : 1)); // in Fortran order where it lies so
  }
}

TEST_CASE("a client that takes nothing of an array is given up, and one that goes away") {
  stage s;
  const auto large = s.memory.zeros<double>({1'000'000});
  for (const bool gone : {false, true}) {
    s.pair = pair_of_sockets();
    if (gone)
      s.pair.theirs = {};
    std::promise<bool> told;
    s.sut.take(std::make_unique<http::haul_out>(std::move(s.pair.ours), large.view(), gone ? 10s : 20ms,
                                                steady_clock::now(), [&](bool all) { told.set_value(all); }));
    CHECK_FALSE(told.get_future().get());
  }
}

TEST_CASE("a porter that has stopped takes nothing more, and one that stops drops what it has") {
  stage s;
  auto came = s.begin(source(length(s.npy.size()), s.npy.substr(0, 1000)));
  s.sut.stop();
  CHECK_THROWS_AS(came.get(), std::future_error);
  s.pair = pair_of_sockets();
  came = s.begin(source(length(s.npy.size()), s.npy));
  CHECK_THROWS_AS(came.get(), std::future_error);
  bool ran = false;
  s.sut.run([&] { ran = true; });
  s.sut.stop();
  CHECK_FALSE(ran);
}
