#include <pinion/actors/throw_trace.hpp>

#include <algorithm>
#include <cstring>
#include <typeinfo>

#include <dlfcn.h>
#include <execinfo.h>

namespace pinion {

namespace {

thread_local throw_watch* innermost = nullptr;
frame_namer namer = nullptr; // set before there are threads that ask

// An exception_ptr is a pointer to the thrown object (libstdc++, bits/exception_ptr.h).
void* object_of(const std::exception_ptr& thrown) noexcept {
  static_assert(sizeof thrown == sizeof(void*));
  void* result = nullptr;
  std::memcpy(&result, &thrown, sizeof result);
  return result;
}

// What calls kernels and behaviors; its own callers are no business of their authors.
bool is_ours(const std::string& frame) {
  constexpr std::string_view starts[] = {"pinion::detail::",
                                         "pinion::registered_kernel::",
                                         "pinion::compute_engine::",
                                         "pinion::hosted_behavior::",
                                         "pinion::detail::shape_of_function",
                                         "std::_Function_handler<pinion::argument",
                                         "std::_Function_handler<caf::behavior",
                                         "pinion::argument pinion::detail::"};
  return std::ranges::any_of(starts, [&](std::string_view each) { return frame.starts_with(each); });
}

} // namespace

throw_watch::throw_watch() noexcept : outer_(innermost) { innermost = this; }

throw_watch::~throw_watch() { innermost = outer_; }

void throw_watch::note(void* thrown) noexcept {
  if (innermost == nullptr)
    return;
  auto& here = innermost->last_[innermost->next_++ % remembered];
  here.thrown = thrown;
  here.count = ::backtrace(here.frames.data(), static_cast<int>(here.frames.size()));
}

std::span<void* const> throw_watch::frames_of(const std::exception_ptr& thrown) const noexcept {
  const auto* object = object_of(thrown);
  // The latest first: memory of an exception that is over is used again.
  for (std::size_t back = 1; back <= std::min(remembered, next_); ++back)
    if (const auto& each = last_[(next_ - back) % remembered]; each.thrown == object)
      return std::span(each.frames).first(static_cast<std::size_t>(each.count));
  return {};
}

void set_frame_namer(frame_namer how) noexcept { namer = how; }

std::vector<std::string> trace_of(const throw_watch& by, const std::exception_ptr& thrown) {
  constexpr std::size_t own_frames = 2; // note() and __cxa_throw
  const auto frames = by.frames_of(thrown);
  if (namer == nullptr || frames.size() <= own_frames)
    return {};
  auto result = namer(frames.subspan(own_frames));
  result.erase(std::ranges::find_if(result, is_ours), result.end());
  return result;
}

} // namespace pinion

// Found before libstdc++'s, for the whole program. By another name in this file, since the compiler knows one
// of that name already.
extern "C" [[noreturn, gnu::visibility("default")]] void
pinion_cxa_throw(void* thrown, std::type_info* type, void (*destroy)(void*)) __asm__("__cxa_throw");

extern "C" [[gnu::noinline]] void pinion_cxa_throw(void* thrown, std::type_info* type,
                                                   void (*destroy)(void*)) {
  using thrower = void (*)(void*, std::type_info*, void (*)(void*));
  static const auto next = reinterpret_cast<thrower>(::dlsym(RTLD_NEXT, "__cxa_throw"));
  pinion::throw_watch::note(thrown);
  next(thrown, type, destroy);
  __builtin_unreachable();
}
