#pragma once

#include <cstddef>
#include <string>

namespace pinion::scenario {

/// What became of a burst with a crash in it, and of the process that it was played in.
struct crash_outcome {
  std::size_t results = 0;
  std::size_t errors = 0;
  std::string first_error;
  std::size_t restarts = 0; ///< workers that had to be replaced
  bool node_died = false;
  bool hung = false; ///< it neither answered nor ended, and was killed
  int signal = 0;    ///< that ended the node's process, or 0
  int exit_code = 0; ///< where no signal did
};

/// One sentence for the table: "the process (SIGSEGV): 5 of 20 answered".
std::string told_of(const crash_outcome& what, std::size_t requests);

/// "SIGSEGV", or "signal 42" for one without a name.
std::string signal_text(int number);

} // namespace pinion::scenario
