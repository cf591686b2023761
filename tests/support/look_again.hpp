#pragma once

#include <chrono>
#include <thread>

namespace pinion::test {

/// Between two looks at what another process or the system does, and tells nobody of. The one place where
/// tests let time pass: what they wait for is what they look at.
inline void look_again() { std::this_thread::sleep_for(std::chrono::milliseconds{1}); }

} // namespace pinion::test
