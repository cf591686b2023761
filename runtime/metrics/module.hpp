#pragma once

#include <pinion/runtime/http/meter.hpp>

/// The library that counts for Prometheus: loaded by HTTP servers, so that nobody else pays for it.
namespace pinion::metrics {

inline constexpr const char* module_file = "libpinion_metrics.so";
inline constexpr const char* entry_name = "pinion_make_meter";

/// A new one, the caller's.
using entry = http::meter* (*)();

} // namespace pinion::metrics
