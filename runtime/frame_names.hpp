#pragma once

#include <string>

namespace pinion {

/// "load(char const*) at model.cpp:12" for the address of a call in this process; the function's name alone
/// where the program was built without -g, and nothing where it has none. The first call loads a library of
/// pinion's that reads symbols (with Boost.Stacktrace); where that cannot be, there are no names. One thread
/// at a time.
std::string name_frame(const void* call);

} // namespace pinion
