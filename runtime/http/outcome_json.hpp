#pragma once

#include <map>
#include <string>

#include <pinion/actors/outcome.hpp>
#include <pinion/runtime/http/response.hpp>
#include <pinion/shm/any_view.hpp>

namespace pinion::http {

/// {"result": 2.5, "worker": 0, "stamps": {"queued_ns": ..., ...}}. An array is
/// {"dtype", "shape", "values"}, its values left out where they are many. What went wrong is a problem.
/// `arrays` are those that it was called with: its result may lie in one.
response response_of(const std::string& kernel, const outcome& what,
                     const std::map<std::size_t, any_view>& arrays);

} // namespace pinion::http
