#include <pinion/runtime/cli/kernel_choice.hpp>

#include <string>
#include <vector>

namespace pinion::cli {
namespace {

using json = nlohmann::ordered_json;

parameter parameter_of(const json& described) {
  parameter result;
  const auto kind = described.at("kind").get<std::string>();
  if (kind == "string")
    result.what = parameter::kind::string;
  else if (kind == "array")
    result.what = parameter::kind::array;
  else if (kind == "any_array")
    result.what = parameter::kind::any_array;
  else if (kind == "guarded")
    result.what = parameter::kind::guarded;
  else if (kind == "record")
    result.what = parameter::kind::record;
  if (described.contains("type"))
    result.type = dtype_named(described.at("type").get<std::string>()).value_or(dtype::float64);
  result.writable = described.value("writable", false);
  if (described.contains("rank"))
    result.rank = described.at("rank").get<std::size_t>();
  return result;
}

signature signature_of(const json& kernel) {
  signature result;
  for (const auto& each : kernel.at("parameters"))
    result.parameters.push_back(parameter_of(each));
  if (!kernel.at("result").is_null())
    result.result = parameter_of(kernel.at("result"));
  return result;
}

} // namespace

std::optional<signature> choose_kernel(const json& kernels, std::string_view name,
                                       std::span<const argument> arguments) {
  std::vector<argument_view> looks;
  for (const auto& each : arguments)
    looks.push_back(look(each));
  std::optional<signature> best;
  unsigned least = 0;
  for (const auto& kernel : kernels) {
    if (kernel.at("name").get<std::string>() != name)
      continue;
    auto candidate = signature_of(kernel);
    const auto match = candidate.fit(looks);
    if (!match.fits || (best && match.cost >= least))
      continue;
    best = std::move(candidate);
    least = match.cost;
  }
  return best;
}

} // namespace pinion::cli
