#pragma once

#include <array>
#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <vector>

namespace pinion {

/// As long as one lives, it notes where exceptions are thrown on its thread, some microseconds each. They are
/// met in __cxa_throw, which this library defines before libstdc++'s and which goes on there (Itanium C++
/// ABI, Exception Handling, 2.4.3); in a program that is linked otherwise nothing is noted. For one thread;
/// they may be nested.
class throw_watch {
public:
  throw_watch() noexcept;
  ~throw_watch();
  throw_watch(const throw_watch&) = delete;
  throw_watch& operator=(const throw_watch&) = delete;

  /// Where this exception was thrown, and the callers of that place, as return addresses; empty when it is
  /// not among the last ones of this thread.
  std::span<void* const> frames_of(const std::exception_ptr& thrown) const noexcept;

  /// For __cxa_throw.
  static void note(void* thrown) noexcept;

private:
  static constexpr std::size_t most_frames = 48;
  static constexpr std::size_t remembered = 4; ///< an exception may be answered by others on its way

  struct entry {
    void* thrown = nullptr;
    int count = 0;
    std::array<void*, most_frames> frames;
  };

  std::array<entry, remembered> last_;
  std::size_t next_ = 0;
  throw_watch* outer_;
};

/// Turns return addresses into "function at file:line", those it has a name for; the first is the place that
/// threw.
using frame_namer = std::vector<std::string> (*)(std::span<void* const> frames);

/// Who does that in this process, which takes a symbol reader that not everybody needs to load. Null: nobody,
/// as at first. Before any thread asks.
void set_frame_namer(frame_namer how) noexcept;

/// The trace of an exception that left a kernel (or a behavior), without what lies below it; empty where none
/// can be told.
std::vector<std::string> trace_of(const throw_watch& by, const std::exception_ptr& thrown);

} // namespace pinion
