#pragma once

#include <string>

namespace pinion {

/// Why a file cannot be a shared library, or nothing: what dlopen(3) would not survive or not return from. It
/// opens pipes and waits, and a file that is cut short ends the program with SIGBUS when the dynamic linker
/// touches what is missing (elf(5)). Whatever else is wrong, a file that is not there too, dlopen says
/// itself.
std::string unfit_to_load(const std::string& file);

/// The file that a name without a slash means: beside libpinion, or in the folder `pinion` there, else the
/// name itself, which is left to the dynamic linker's own search (LD_LIBRARY_PATH and all). A path is
/// returned as it is.
std::string find_library_file(const std::string& name);

} // namespace pinion
