#pragma once

#include <nlohmann/json.hpp>

#include <pinion/runtime/http/named_arrays.hpp>

namespace pinion::http {

/// {"name": "prices", "dtype": "float64", "shape": [1000, 8], "bytes": 64000}.
nlohmann::ordered_json described(const named_arrays::entry& what);

} // namespace pinion::http
