// A request actor that asks several kernels for one answer.
#include <pinion/pinion.hpp>

#include <chrono>
#include <cstdio>
#include <future>
#include <vector>

using namespace std::chrono_literals;

double price(double units) { return 3 * units; }
double exact(double x) { return x * x; }
double estimate(double x) { return x * x + 0.5; }

PINION_KERNELS(k) {
  k.add("price", price);
  k.add("exact", exact);
  k.add("estimate", estimate);
}

// [requests]
caf::behavior quoter(caf::event_based_actor* self, pinion::node* node) {
  return {[=](double units) {
    auto answer = self->make_response_promise<double>();
    const auto fail = [=](const caf::error& why) mutable { answer.deliver(why); };
    // All of them: here the price of each half.
    pinion::ask_all(pinion::ask<double>(self, *node, "price", units / 2),
                    pinion::ask<double>(self, *node, "price", units / 2))
        .then(
            [=](std::vector<double> halves) mutable {
              // Twice, if the first try is slow.
              pinion::ask_hedged(50ms, pinion::ask<double>(self, *node, "exact", halves[0] + halves[1]),
                                 pinion::ask<double>(self, *node, "estimate", halves[0] + halves[1]))
                  .then([=](double quote) mutable { answer.deliver(quote); }, fail);
            },
            fail);
    return answer;
  }};
}
// [requests end]

int main(int argc, char** argv) {
  pinion::node node{pinion::config::from(argc, argv)};
  const auto actor = node.system().spawn(quoter, &node);
  caf::scoped_actor self{node.system()};
  self->request(actor, caf::infinite, 4.0)
      .receive([](double quote) { std::printf("quote: %g\n", quote); },
               [](const caf::error& why) { std::printf("no quote: %s\n", pinion::text_of(why).c_str()); });
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}
