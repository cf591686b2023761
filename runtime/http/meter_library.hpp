#pragma once

#include <memory>
#include <string>

#include <pinion/runtime/http/meter.hpp>

namespace pinion::http {

/// A meter of the library that is loaded by servers alone: no worker is to pay for prometheus-cpp. Null where
/// it cannot be loaded; `why` says so then.
std::shared_ptr<meter> make_meter(std::string& why);

} // namespace pinion::http
