#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <pinion/actors/outcome.hpp>
#include <pinion/runtime/http/node_facts.hpp>

namespace pinion::http {

/// Counts what a server does, and says it as Prometheus reads it. Any thread may call any member.
class meter {
public:
  meter() = default;
  meter(const meter&) = delete;
  meter& operator=(const meter&) = delete;
  virtual ~meter() = default;

  /// A request was answered; `route` is a pattern, empty for what took none.
  virtual void answered(std::string_view method, std::string_view route, unsigned status,
                        std::chrono::nanoseconds took) = 0;
  /// A kernel has run for a request.
  virtual void ran(const std::string& kernel, const task_stamps& stamps) = 0;
  /// All of it, in Prometheus' text format, version 0.0.4.
  virtual std::string text(const node_facts& now) = 0;
};

} // namespace pinion::http
