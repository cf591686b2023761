#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include <pinion/runtime/http/node_facts.hpp>

namespace pinion::metrics {

/// What a node counts itself, as Prometheus has it: tasks, queue, workers, shared memory, connections.
std::vector<prometheus::MetricFamily> families_of(const http::node_facts& now);

} // namespace pinion::metrics
