#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <pinion/runtime/status_json.hpp>

using namespace pinion;

TEST_CASE(
    "the status of a node has its actors with processes of their own, also with bytes that are no text") {
  actor_status one;
  one.name = "model";
  one.behavior = "k_means";
  one.now = actor_status::state::up;
  one.pid = 9;
  one.processors = "0";
  one.life = 3;
  one.waiting = 2;
  one.handled = 5;
  one.failed = 1;
  one.cause = "it printed \xff";
  const auto json = nlohmann::json::parse(status_json("lab", 7, {}, std::span(&one, 1)));
  const auto& shown = json.at("actors").at(0);
  CHECK(shown.at("name") == "model");
  CHECK(shown.at("behavior") == "k_means");
  CHECK(shown.at("state") == "up");
  CHECK(shown.at("pid") == 9);
  CHECK(shown.at("life") == 3);
  CHECK(shown.at("waiting") == 2);
  CHECK(shown.at("handled") == 5);
  CHECK(shown.at("failed") == 1);
  CHECK(json.at("workers").empty());
}
