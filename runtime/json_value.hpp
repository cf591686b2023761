// Results as JSON.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/outcome.hpp>
#include <pinion/shm/any_view.hpp>

namespace pinion {

/// Arrays with more elements are described, not written out.
inline constexpr std::int64_t json_elements = 1000;

/// Numbers as numbers; "nan", "inf" and "-inf" as strings, for which JSON has no number; complex numbers as
/// {"re", "im"}; null for nothing. An array_ref is described as a string.
nlohmann::ordered_json json_value(const argument& value);

/// {"dtype", "shape", "values"}: nested lists, left out above json_elements.
nlohmann::ordered_json json_value(const any_view& array);

/// {"queued_ns", "sent_ns", "started_ns", "finished_ns", "replied_ns", "cpu_ns"}.
nlohmann::ordered_json json_value(const task_stamps& stamps);

/// Adds what a kernel threw, where it threw: its type under the name given, "causes", "trace".
void add_exception(nlohmann::ordered_json& to, const failure& why, const char* type);

/// Two spaces a level, a newline at the end; bytes that are no UTF-8 become U+FFFD.
std::string json_text(const nlohmann::ordered_json& json);

} // namespace pinion
