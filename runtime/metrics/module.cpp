#include <pinion/runtime/metrics/module.hpp>

#include <pinion/runtime/metrics/prometheus_meter.hpp>

extern "C" __attribute__((visibility("default"))) pinion::http::meter* pinion_make_meter() {
  return new pinion::metrics::prometheus_meter();
}
