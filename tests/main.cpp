#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <pinion/runtime/worker_main.hpp>

// A test program that makes a node is started again as the node's workers.
int main(int argc, char** argv) {
  pinion::run_worker_if_asked();
  return doctest::Context(argc, argv).run();
}
