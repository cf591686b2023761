// Shared memory for people, made from the JSON that programs get.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace pinion::cli {

/// A line for each segment and, indented, each array in it; then what the whole comes to. `all` is what
/// survey() gives.
std::string segments_text(const nlohmann::ordered_json& all);

/// "float64[1000,1000]".
std::string shape_text(const nlohmann::ordered_json& array);

/// Who holds an array: {"1 handle in its node", "task 7 (dot) reads it on worker 0", "process 9 (python3
/// x.py) has it attached as 'prices'"}.
std::vector<std::string> holders_of(const nlohmann::ordered_json& array);

/// "process 9 (python3 x.py)".
std::string process_text(const nlohmann::ordered_json& who);

/// "3 s", "12 min", "5 h", "2 d".
std::string age_text(double seconds);

/// "1 segment", "2 segments".
std::string counted(std::uint64_t count, const std::string& what, const std::string& many = "");

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& words);

} // namespace pinion::cli
