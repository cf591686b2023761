// A program with a route of its own, which it asks once itself, as anybody may meanwhile; ends at the end of
// its input.
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

#include <pinion/pinion.hpp>

namespace http = pinion::http;

double mean_of(double a, double b) { return (a + b) / 2; }

double number(const std::string& text) {
  double result = 0;
  const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (why != std::errc() || end != text.data() + text.size())
    throw std::invalid_argument("'" + text + "' is no number");
  return result;
}

PINION_KERNELS(k) { k.add("mean_of", mean_of); }

int main(int argc, char** argv) {
  pinion::node node{pinion::config::from(argc, argv)};
  // [route]
  node.http().get("/mean/{a}/{b}", [&](caf::event_based_actor* self, const http::exchange& request) {
    pinion::ask<double>(self, node, "mean_of", number(request.part("a")), number(request.part("b")))
        .then([request](double mean) { request.answer(http::text(std::to_string(mean) + "\n")); },
              [request](const caf::error& why) { request.answer(http::problem(why)); });
  });
  const auto where = node.http().listen(http::address::parse("127.0.0.1:0"));
  // [route end]
  const auto address = "http://" + where.to_string() + "/mean/1/2";
  std::cout << address << ": " << std::flush;
  if (std::system(("curl -s " + address).c_str()) != 0)
    std::cout << "curl could not ask\n";
  std::cin.get();
}
