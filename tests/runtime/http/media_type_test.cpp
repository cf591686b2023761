#include <pinion/runtime/http/media_type.hpp>

#include <doctest/doctest.h>

using namespace pinion::http;

namespace {

request with(std::string name, std::string value) {
  request result;
  result.fields.emplace_back(std::move(name), std::move(value));
  return result;
}

bool wants_npy(std::string accept) {
  return prefers(with("accept", std::move(accept)), npy_type, "application/json");
}

} // namespace

TEST_CASE("a body's type is what stands before its parameters") {
  CHECK(is_type(with("content-type", "application/json"), "application/json"));
  CHECK(is_type(with("Content-Type", " Application/JSON ; charset=utf-8"), "application/json"));
  CHECK_FALSE(is_type(with("Content-Type", "application/jsonp"), "application/json"));
  CHECK_FALSE(is_type(with("Content-Type", ""), "application/json"));
  CHECK_FALSE(is_type(request(), "application/json"));
}

TEST_CASE("an answer is of the type that the client names, and would rather have") {
  CHECK(wants_npy("application/x-npy"));
  CHECK(wants_npy("text/html, APPLICATION/x-npy;v=1;q=0.5, */*;q=0.1"));
  CHECK(wants_npy("application/json;q=0.9, application/x-npy"));
  CHECK(wants_npy("application/json, application/x-npy"));
  CHECK_FALSE(wants_npy("application/json, application/x-npy;q=0.999"));
  CHECK_FALSE(wants_npy("application/x-npy;q=0"));
  CHECK_FALSE(wants_npy("application/x-npy;q=0.0"));
  CHECK_FALSE(wants_npy("*/*"));
  CHECK_FALSE(wants_npy(""));
  CHECK_FALSE(wants_npy(",;,q=1;"));
  CHECK_FALSE(prefers(request(), npy_type, "application/json"));
}
