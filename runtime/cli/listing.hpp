// Nodes and kernels in tables for people, made from the JSON that programs get.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace pinion::cli {

/// One line a kernel: signature and what it does. `kernels` is a list of {"signature", "doc"}.
std::string kernels_text(const nlohmann::ordered_json& kernels);

/// A line about the node and one for each of its workers. `node` is what a node says of itself
/// (status_json.hpp); members that are missing are shown empty.
std::string node_text(const nlohmann::ordered_json& node);

} // namespace pinion::cli
