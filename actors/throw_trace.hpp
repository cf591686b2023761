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

  /// Where this exception was thrown, and the callers of that place up to the function that has the watch: as
  /// return addresses; empty when it is not among the last ones of this thread.
  std::span<void* const> frames_of(const std::exception_ptr& thrown) const noexcept;

  /// For __cxa_throw.
  static void note(void* thrown) noexcept;

private:
  static constexpr std::size_t most_frames = 48;
  static constexpr std::size_t remembered = 4; ///< an exception may be answered by others on its way

  struct entry {
    void* thrown = nullptr;
    std::size_t count = 0;
    std::array<void*, most_frames> frames;
  };

  std::array<entry, remembered> last_;
  std::size_t next_ = 0;
  throw_watch* outer_;
  /// Below it on the stack is what the watching function has called. Not the address of this object, which a
  /// sanitizer may keep elsewhere.
  const void* end_;
};

/// The trace of an exception that left a kernel (or a behavior), as it travels: "/path/libmine.so+0x1a2b" for
/// each call, the program itself without a path. Costs no reading of symbols; names_of() has the rest.
std::vector<std::string> trace_of(const throw_watch& by, const std::exception_ptr& thrown);

/// The same for people, "load(char const*) at model.cpp:12", as far as this process has the program and the
/// plug-ins loaded that threw, and they have names; without what stands between pinion and a kernel. What has
/// no name stays as it was. The first call reads symbols, which takes some tenths of a second. Any thread.
std::vector<std::string> names_of(const std::vector<std::string>& trace);

/// Turns the address of a call into "function at file:line"; empty where it has no name.
using frame_namer = std::string (*)(const void* call);

/// Who does that in this process, with a symbol reader that not everybody needs to load. Null: nobody, as at
/// first. Before any thread asks.
void set_frame_namer(frame_namer how) noexcept;

} // namespace pinion
