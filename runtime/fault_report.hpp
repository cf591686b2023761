#pragma once

#include <pinion/actors/argument_map.hpp>
#include <pinion/shm/control_page.hpp>

namespace pinion {

/// From now on, a kernel's access to memory that it may not touch (SIGSEGV, SIGBUS) is noted in the worker's
/// control page where the address lies in one of its arrays; then the process dies of the signal as it would
/// have, with a core where those are wanted. Both must live as long as the process. Once, before other
/// threads; a program that sets handlers of its own later has the last word.
void report_faults(const argument_map& arguments, control_block& page);

} // namespace pinion
