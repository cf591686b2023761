#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <pinion/runtime/scenario/expectation.hpp>
#include <pinion/runtime/scenario/expression.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>

namespace pinion::scenario {

expectation::expectation(std::string text, std::string why, mark where, const std::vector<std::string>& known)
    : text_(std::move(text)), why_(std::move(why)), where_(std::move(where)) {
  auto note = [&](std::string_view name) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      fail_unknown(where_, "nothing measures '" + std::string(name) + "'", name,
                   {known.begin(), known.end()});
    if (std::find(names_.begin(), names_.end(), name) == names_.end())
      names_.emplace_back(name);
    return 1.0;
  };
  try {
    evaluate(text_, note);
  } catch (const expression_error& wrong) {
    fail(where_, "\"" + text_ + "\": " + wrong.what());
  }
}

expectation::verdict expectation::check(const measurements& measured) const {
  verdict out;
  for (const auto& name : names_) {
    const auto value = measured.find(name);
    out.values.append(out.values.empty() ? "" : ", ")
        .append(name)
        .append(value ? " = " + figure_text(*value) : " was not measured");
  }
  const auto found = evaluate(text_, [&](std::string_view name) {
    return measured.find(name).value_or(std::numeric_limits<double>::quiet_NaN());
  });
  const bool all_there = std::all_of(names_.begin(), names_.end(),
                                     [&](const auto& name) { return measured.find(name).has_value(); });
  if (all_there && !(std::isfinite(found.left) && std::isfinite(found.right)))
    out.values += std::string(out.values.empty() ? "" : "; ") + "no finite number";
  out.holds = found.holds;
  out.left = found.left;
  out.right = found.right;
  return out;
}

} // namespace pinion::scenario
