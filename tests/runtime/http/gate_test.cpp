#include <pinion/runtime/http/gate.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using pinion::http::gate;

TEST_CASE("who comes before a gate is closed passes it, and nobody after") {
  gate sut;
  int passed = 0;
  CHECK(sut.pass([&] { ++passed; }));
  sut.close();
  CHECK_FALSE(sut.pass([&] { ++passed; }));
  sut.close();
  CHECK(passed == 1);
}

TEST_CASE("a gate closes though many go in and out, and waits for those who are within") {
  for (int round = 0; round < 20; ++round) {
    gate sut;
    std::atomic<bool> closed{false}; // written by who closes it
    std::atomic<int> late{0};        // written by those who pass
    std::atomic<int> passing{0};     // the same
    std::vector<std::thread> all;
    for (int i = 0; i < 4; ++i)
      all.emplace_back([&] {
        while (sut.pass([&] {
          ++passing;
          for (int turn = 0; turn < 1000; ++turn)
            late += closed ? 1 : 0;
        }))
          ;
      });
    while (passing < 8)
      std::this_thread::yield();
    sut.close();
    closed = true;
    for (auto& each : all)
      each.join();
    CHECK(late == 0);
  }
}
