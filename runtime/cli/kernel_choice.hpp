// Which kernel of a node a call will run.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <nlohmann/json.hpp>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/signature.hpp>

namespace pinion::cli {

/// The parameters of the overload that a node with these kernels (kernels_json) will choose, as its registry
/// does: the one with the fewest conversions, of equals the first. Nothing when none fits: the node says
/// better why.
std::optional<signature> choose_kernel(const nlohmann::ordered_json& kernels, std::string_view name,
                                       std::span<const argument> arguments);

} // namespace pinion::cli
