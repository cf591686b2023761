#include <pinion/runtime/trace/module.hpp>

#include <string>

#define BOOST_STACKTRACE_LINK
#include <boost/stacktrace/frame.hpp>

namespace {

constexpr std::size_t longest = 300;

std::string text_of(const void* call) {
  const boost::stacktrace::frame frame(call);
  auto result = frame.name();
  if (result.empty() || result.starts_with("0x"))
    return {};
  // What the compiler has moved out of the way is the same function to its author.
  if (const auto cold = result.find(" [clone .cold]"); cold != std::string::npos)
    result.erase(cold, std::string_view(" [clone .cold]").size());
  if (result.size() > longest)
    result = result.substr(0, longest - 3) + "...";
  if (const auto file = frame.source_file(); !file.empty())
    result += " at " + file + ":" + std::to_string(frame.source_line());
  return result;
}

} // namespace

extern "C" __attribute__((visibility("default"))) void
pinion_trace_name(const void* call, void (*take)(void* into, const char* text), void* into) {
  if (const auto text = text_of(call); !text.empty())
    take(into, text.c_str());
}
