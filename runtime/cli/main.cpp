// The program `pinion`; also what a node starts as its workers.
#include <pinion/runtime/cli/program.hpp>
#include <pinion/runtime/worker_main.hpp>

int main(int argc, char** argv) {
  // First of all: a worker must not read arguments, nor have a thread yet.
  pinion::run_worker_if_asked();
  return pinion::cli::run_program(argc, argv);
}
