#pragma once

#include <mutex>
#include <string_view>

#include <spdlog/sinks/base_sink.h>

namespace pinion {

/// Writes to standard error what it can take at once and drops the rest: a terminal that is held (Ctrl-S) or
/// a pipe that nobody reads must not hold up whoever has something to say. Any thread.
void say_if_heard(std::string_view text) noexcept;

/// A log that nobody waits for.
class stderr_sink final : public spdlog::sinks::base_sink<std::mutex> {
protected:
  void sink_it_(const spdlog::details::log_msg& what) override;
  void flush_() override {}
};

} // namespace pinion
