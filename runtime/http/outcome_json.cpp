#include <pinion/runtime/http/outcome_json.hpp>

#include <pinion/actors/result.hpp>
#include <pinion/runtime/http/call_answer.hpp>
#include <pinion/runtime/http/task_problem.hpp>
#include <pinion/runtime/json_value.hpp>

namespace pinion::http {

namespace {

nlohmann::ordered_json result_json(const outcome& what, const std::map<std::size_t, any_view>& arrays) {
  const auto& result = std::get<argument>(what.result);
  const auto* array = std::get_if<array_ref>(&result);
  if (array == nullptr)
    return json_value(result);
  const auto lies = what.block ? std::optional(made_array(what).view()) : within(*array, arrays);
  if (!lies)
    return json_value(result);
  auto told = json_value(*lies);
  if (!told.contains("values"))
    told["note"] = "more than " + std::to_string(json_elements) +
                   " elements; ask for them with Accept: application/x-npy";
  return told;
}

} // namespace

response response_of(const std::string& kernel, const outcome& what,
                     const std::map<std::size_t, any_view>& arrays) {
  if (!what.ok())
    return problem(std::get<failure>(what.result));
  nlohmann::ordered_json all{{"kernel", kernel}};
  all["result"] = result_json(what, arrays);
  all["worker"] = what.worker;
  all["stamps"] = json_value(what.stamps);
  return json(json_text(all));
}

} // namespace pinion::http
