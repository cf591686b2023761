#pragma once

#include <span>
#include <string>
#include <vector>

namespace pinion {

/// "load(char const*) at model.cpp:12" for each return address that has a name, the function's alone where
/// the program was built without -g. The first call loads a library of pinion's that reads symbols (with
/// Boost.Stacktrace); where that cannot be, there are no names. One thread at a time.
std::vector<std::string> name_frames(std::span<void* const> frames);

} // namespace pinion
