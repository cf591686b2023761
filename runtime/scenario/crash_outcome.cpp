#include <cstring>

#include <pinion/runtime/scenario/crash_outcome.hpp>

namespace pinion::scenario {

std::string signal_text(int number) {
  const char* name = ::sigabbrev_np(number);
  return name ? std::string("SIG") + name : "signal " + std::to_string(number);
}

std::string told_of(const crash_outcome& what, std::size_t requests) {
  const auto all = std::to_string(requests);
  const auto lost = requests - what.results - what.errors;
  if (what.node_died) {
    const auto how =
        what.signal != 0 ? signal_text(what.signal) : "exit code " + std::to_string(what.exit_code);
    return "the whole process (" + how + "): " + std::to_string(lost) + " of " + all + " lost";
  }
  return (what.restarts == 0   ? std::string("nothing")
          : what.restarts == 1 ? std::string("one worker")
                               : std::to_string(what.restarts) + " workers") +
         ": " + std::to_string(what.results) + " of " + all + " answered" +
         (what.errors == 0 ? "" : ", " + std::to_string(what.errors) + " told why not") +
         (lost == 0 ? "" : ", " + std::to_string(lost) + (what.hung ? " never answered" : " lost"));
}

} // namespace pinion::scenario
