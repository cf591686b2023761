#include <span>

#include <pinion/actors/error.hpp>
#include <pinion/runtime/scenario/prepared_request.hpp>

namespace pinion::scenario {
namespace {

argument from_scalar(const scalar& value) {
  return std::visit([](const auto& x) -> argument { return x; }, value);
}

} // namespace

prepared_request prepare_request(const request_spec& spec, const settings& set, const array_set* arrays,
                                 const kernel_registry& kernels) {
  prepared_request out;
  out.kernel = spec.kernel;
  for (const auto& one : spec.args) {
    if (const auto* value = std::get_if<scalar>(&one.value)) {
      out.args.push_back(from_scalar(*value));
    } else if (const auto* measured = std::get_if<argument_spec::measured>(&one.value)) {
      out.args.push_back(from_scalar(set.resolve(std::string("$" + measured->name), spec.where)));
    } else {
      const auto& array = arrays->at(std::get<argument_spec::array>(one.value).name);
      out.args.emplace_back(array.ref());
      hold(out.holds, array);
    }
  }
  try {
    out.body = &kernels.resolve(out.kernel, std::span<const argument>(out.args));
  } catch (const task_error& wrong) {
    fail(spec.args_where.value_or(spec.where), wrong.what());
  }
  return out;
}

} // namespace pinion::scenario
