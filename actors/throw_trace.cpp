#include <pinion/actors/throw_trace.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <typeinfo>

#include <dlfcn.h>
#include <link.h>
#include <unwind.h>

namespace pinion {

namespace {

thread_local throw_watch* innermost = nullptr;
std::atomic<frame_namer> namer = nullptr; // written by whoever makes a node

// An exception_ptr is a pointer to the thrown object (libstdc++, bits/exception_ptr.h).
void* object_of(const std::exception_ptr& thrown) noexcept {
  static_assert(sizeof thrown == sizeof(void*));
  void* result = nullptr;
  std::memcpy(&result, &thrown, sizeof result);
  return result;
}

// What is between pinion and a kernel is no business of the kernel's author.
bool is_ours(const std::string& frame) {
  return frame.find("pinion::kernel_call const&") != std::string::npos ||
         frame.find("pinion::detail::shape_of_function<") != std::string::npos ||
         frame.find("pinion::detail::behavior_type<") != std::string::npos ||
         frame.starts_with("pinion::compute_engine::") || frame.starts_with("pinion::registered_kernel::") ||
         frame.starts_with("pinion::hosted_behavior::");
}

struct walk {
  void** frames;
  std::size_t most;
  std::size_t count = 0;
  std::uintptr_t end; ///< the stack grows down: above it are the callers of who watches
};

_Unwind_Reason_Code step(_Unwind_Context* where, void* into) {
  auto& mine = *static_cast<walk*>(into);
  if (_Unwind_GetCFA(where) > mine.end || mine.count == mine.most)
    return _URC_END_OF_STACK;
  mine.frames[mine.count++] = reinterpret_cast<void*>(_Unwind_GetIP(where)); // NOLINT
  return _URC_NO_REASON;
}

} // namespace

[[gnu::noinline]] throw_watch::throw_watch() noexcept : outer_(innermost), end_(__builtin_frame_address(0)) {
  innermost = this;
}

throw_watch::~throw_watch() { innermost = outer_; }

[[gnu::noinline]] void throw_watch::note(void* thrown) noexcept {
  if (innermost == nullptr)
    return;
  auto& here = innermost->last_[innermost->next_++ % remembered];
  here.thrown = thrown;
  walk steps{here.frames.data(), here.frames.size(), 0, reinterpret_cast<std::uintptr_t>(innermost->end_)};
  _Unwind_Backtrace(&step, &steps);
  here.count = steps.count;
}

std::span<void* const> throw_watch::frames_of(const std::exception_ptr& thrown) const noexcept {
  const auto* object = object_of(thrown);
  // The latest first: memory of an exception that is over is used again.
  for (std::size_t back = 1; back <= std::min(remembered, next_); ++back)
    if (const auto& each = last_[(next_ - back) % remembered]; each.thrown == object)
      return std::span(each.frames).first(each.count);
  return {};
}

void set_frame_namer(frame_namer how) noexcept { namer = how; }

std::vector<std::string> trace_of(const throw_watch& by, const std::exception_ptr& thrown) {
  constexpr std::size_t own_frames = 2; // note() and __cxa_throw
  const auto frames = by.frames_of(thrown);
  std::vector<std::string> result;
  for (std::size_t i = own_frames; i < frames.size(); ++i) {
    // A return address is behind the call, perhaps already on the next line.
    const auto* call = static_cast<const char*>(frames[i]) - 1;
    Dl_info where{};
    void* more = nullptr;
    if (::dladdr1(call, &where, &more, RTLD_DL_LINKMAP) == 0 || where.dli_fbase == nullptr)
      continue;
    const auto* module = static_cast<const link_map*>(more);
    char offset[32];
    const auto end =
        std::to_chars(offset, offset + sizeof offset,
                      static_cast<std::uintptr_t>(call - static_cast<const char*>(where.dli_fbase)), 16)
            .ptr;
    result.push_back(std::string(module->l_name) + "+0x" + std::string(offset, end));
  }
  return result;
}

namespace {

// The call in this process, null where its module is not loaded.
const void* found_here(const std::string& frame) {
  struct search {
    std::string_view module;
    std::uintptr_t offset = 0;
    const void* call = nullptr;
  } what;
  const auto plus = frame.rfind("+0x");
  if (plus == std::string::npos)
    return nullptr;
  what.module = std::string_view(frame).substr(0, plus);
  const auto* end = frame.data() + frame.size();
  if (std::from_chars(frame.data() + plus + 3, end, what.offset, 16).ptr != end)
    return nullptr;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* into) {
        auto& mine = *static_cast<search*>(into);
        if (mine.module != info->dlpi_name)
          return 0;
        // The module begins where its first segment does, page by page.
        for (int i = 0; i < info->dlpi_phnum; ++i)
          if (const auto& segment = info->dlpi_phdr[i]; segment.p_type == PT_LOAD) {
            const auto begin = info->dlpi_addr + (segment.p_vaddr & ~std::uintptr_t{4095});
            mine.call = reinterpret_cast<const void*>(begin + mine.offset); // NOLINT
            return 1;
          }
        return 1;
      },
      &what);
  return what.call;
}

} // namespace

std::vector<std::string> names_of(const std::vector<std::string>& trace) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const auto name = namer.load();
  std::vector<std::string> result;
  for (const auto& each : trace) {
    const auto* call = name != nullptr ? found_here(each) : nullptr;
    auto text = call != nullptr ? name(call) : std::string();
    if (is_ours(text))
      break;
    // A sanitizer has a function of its own before ours.
    if (result.empty() && text.find("__cxa_throw") != std::string::npos)
      continue;
    result.push_back(text.empty() ? each : std::move(text));
  }
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
