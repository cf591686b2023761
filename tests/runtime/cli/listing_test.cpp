#include <doctest/doctest.h>

#include <pinion/runtime/cli/listing.hpp>

using json = nlohmann::ordered_json;

TEST_CASE("kernels stand in two columns, signature and what it does") {
  const auto kernels = json::parse(R"json([{"signature": "dot(a, b) -> c", "doc": "Inner product"},
                                       {"signature": "nap()", "doc": ""}])json");
  CHECK(pinion::cli::kernels_text(kernels) == "kernel          what it does\n"
                                              "dot(a, b) -> c  Inner product\n"
                                              "nap()\n");
}

TEST_CASE("what overloads do is said once") {
  const auto kernels = json::parse(R"json([{"name": "a", "signature": "a(int8)", "doc": "x"},
                                           {"name": "a", "signature": "a(bool)", "doc": "x"},
                                           {"name": "b", "signature": "b(bool)", "doc": "x"}])json");
  CHECK(pinion::cli::kernels_text(kernels) == "kernel   what it does\n"
                                              "a(int8)  x\n"
                                              "a(bool)\n"
                                              "b(bool)  x\n");
}

TEST_CASE("a node has a line for itself and one for each worker") {
  const auto node = json::parse(R"({"node": "lab", "pid": 10, "queued": 1, "sent": 2, "done": 3, "failed": 4,
    "workers": [{"slot": 0, "pid": 11, "state": "busy", "processors": "0-3", "tasks": 7, "restarts": 1,
                 "running": "fib"},
                {"slot": 1, "pid": 0, "state": "gone"}]})");
  CHECK(pinion::cli::node_text(node) == "lab (process 10): 1 waiting, 2 running, 3 done, 4 failed\n"
                                        "slot  process  state  processors  tasks  restarts  runs\n"
                                        "   0       11  busy   0-3             7         1  fib\n"
                                        "   1        0  gone                   0         0\n");
}

TEST_CASE("what a node does not say is left empty") {
  CHECK(pinion::cli::node_text(json::parse(R"({"node": "lab", "pid": 1})")) ==
        "lab (process 1): 0 waiting, 0 running, 0 done, 0 failed\n");
}

TEST_CASE("a node's actors stand below its workers") {
  const auto node = json::parse(R"({"node": "lab", "pid": 10, "workers": [], "actors": [
      {"name": "model", "behavior": "k_means", "pid": 11, "state": "up", "processors": "0", "waiting": 2,
       "handled": 5, "life": 3}]})");
  CHECK(pinion::cli::node_text(node) ==
        "lab (process 10): 0 waiting, 0 running, 0 done, 0 failed\n"
        "actor  behavior  process  state  processors  waiting  handled  lives\n"
        "model  k_means        11  up     0                 2        5      3\n");
}
