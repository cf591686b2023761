#pragma once

#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <pinion/runtime/http/meter.hpp>

namespace pinion::metrics {

/// Keeps its counts in a registry of prometheus-cpp. Names and units follow Prometheus' rules
/// (https://prometheus.io/docs/practices/naming).
class prometheus_meter final : public http::meter {
public:
  prometheus_meter();

  void answered(std::string_view method, std::string_view route, unsigned status,
                std::chrono::nanoseconds took) override;
  void ran(const std::string& kernel, const task_stamps& stamps) override;
  std::string text(const http::node_facts& now) override;

private:
  struct request_counts {
    prometheus::Counter* number;
    prometheus::Histogram* seconds;
  };
  struct kernel_counts {
    prometheus::Histogram* waited;
    prometheus::Histogram* ran;
  };
  using request_key = std::tuple<std::string, std::string, unsigned>;
  struct by_text {
    using is_transparent = void;
    template <class X, class Y>
    bool operator()(const X& x, const Y& y) const {
      return x < y;
    }
  };

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& request_seconds_;
  prometheus::Family<prometheus::Histogram>& kernel_seconds_;
  std::mutex mutex_;
  // Guarded by mutex_: where each is counted, since a family finds it by a map of its labels.
  std::map<request_key, request_counts, by_text> by_request_;
  std::map<std::string, kernel_counts> by_kernel_;
};

} // namespace pinion::metrics
