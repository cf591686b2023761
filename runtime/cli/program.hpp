// The program `pinion`: from the command line to an exit code.
#pragma once

namespace pinion::cli {

/// Reads the command line, does what it says, and answers the exit code: 0 done, 1 failed, 2 wrong usage.
/// Every error becomes one line on standard error. To be called once, on the main thread, before there are
/// others.
int run_program(int argc, const char* const* argv);

} // namespace pinion::cli
