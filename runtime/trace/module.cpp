#include <pinion/runtime/trace/module.hpp>

#include <cstdint>
#include <string>

#define BOOST_STACKTRACE_LINK
#include <boost/stacktrace/frame.hpp>

namespace {

constexpr std::size_t longest = 300;

std::string text_of(void* where) {
  // A return address is behind the call, perhaps already on the next line.
  const boost::stacktrace::frame frame(static_cast<const char*>(where) - 1);
  auto result = frame.name();
  if (result.empty() || result.starts_with("0x"))
    return {};
  if (result.size() > longest)
    result = result.substr(0, longest - 3) + "...";
  if (const auto file = frame.source_file(); !file.empty())
    result += " at " + file + ":" + std::to_string(frame.source_line());
  return result;
}

} // namespace

extern "C" __attribute__((visibility("default"))) void
pinion_trace_names(void* const* frames, std::size_t count, void (*take)(void* into, const char* text),
                   void* into) {
  for (std::size_t i = 0; i < count; ++i)
    if (const auto text = text_of(frames[i]); !text.empty())
      take(into, text.c_str());
}
