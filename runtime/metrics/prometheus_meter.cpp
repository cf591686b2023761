#include <pinion/runtime/metrics/prometheus_meter.hpp>

#include <utility>
#include <vector>

#include <prometheus/text_serializer.h>

#include <pinion/runtime/metrics/node_families.hpp>

namespace pinion::metrics {

namespace {

using prometheus::Histogram;

// From what a ping takes to what people wait for, in seconds.
const Histogram::BucketBoundaries request_buckets{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                  0.01,    0.025,  0.05,    0.1,    0.25,  0.5,    1,
                                                  2.5,     5,      10,      30,     60};

// What clients make up is one method: there are as many series as routes.
std::string_view known(std::string_view method) {
  for (const std::string_view each : {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    if (method == each)
      return each;
  return "other";
}

double seconds(std::chrono::nanoseconds span) { return std::chrono::duration<double>(span).count(); }

double seconds(std::int64_t from, std::int64_t to) {
  return from > 0 && to > from ? static_cast<double>(to - from) * 1e-9 : 0;
}

} // namespace

prometheus_meter::prometheus_meter()
    : requests_(prometheus::BuildCounter()
                    .Name("pinion_http_requests_total")
                    .Help("Requests that were answered")
                    .Register(registry_)),
      request_seconds_(prometheus::BuildHistogram()
                           .Name("pinion_http_request_duration_seconds")
                           .Help("From a request's head to its answer")
                           .Register(registry_)),
      kernel_seconds_(prometheus::BuildHistogram()
                          .Name("pinion_http_kernel_duration_seconds")
                          .Help("Of the kernels that requests called: how long they waited, and ran")
                          .Register(registry_)) {}

void prometheus_meter::answered(std::string_view method, std::string_view route, unsigned status,
                                std::chrono::nanoseconds took) {
  method = known(method);
  const std::lock_guard lock(mutex_);
  auto at = by_request_.find(std::tuple(method, route, status));
  if (at == by_request_.end()) {
    const std::string how(method);
    const std::string where(route.empty() ? "none" : route);
    at = by_request_
             .emplace(
                 request_key(how, route, status),
                 request_counts{
                     &requests_.Add({{"method", how}, {"route", where}, {"status", std::to_string(status)}}),
                     &request_seconds_.Add({{"method", how}, {"route", where}}, request_buckets)})
             .first;
  }
  at->second.number->Increment();
  at->second.seconds->Observe(seconds(took));
}

void prometheus_meter::ran(const std::string& kernel, const task_stamps& stamps) {
  const std::lock_guard lock(mutex_);
  auto at = by_kernel_.find(kernel);
  if (at == by_kernel_.end())
    at = by_kernel_
             .emplace(
                 kernel,
                 kernel_counts{&kernel_seconds_.Add({{"kernel", kernel}, {"phase", "wait"}}, request_buckets),
                               &kernel_seconds_.Add({{"kernel", kernel}, {"phase", "run"}}, request_buckets)})
             .first;
  at->second.waited->Observe(seconds(stamps.queued, stamps.started));
  at->second.ran->Observe(seconds(stamps.started, stamps.finished));
}

std::string prometheus_meter::text(const http::node_facts& now) {
  auto all = registry_.Collect();
  for (auto& each : families_of(now))
    all.push_back(std::move(each));
  return prometheus::TextSerializer().Serialize(all);
}

} // namespace pinion::metrics
