#include <pinion/runtime/http/call_inputs.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include <pinion/runtime/http/media_type.hpp>

namespace pinion::http {

namespace {

std::size_t most_arguments(std::span<const registered_kernel> overloads) {
  std::size_t result = 0;
  for (const auto& each : overloads)
    result = std::max(result, each.sig.parameters.size());
  return result;
}

bool is_array(const parameter& what) noexcept {
  return what.what != parameter::kind::scalar && what.what != parameter::kind::string;
}

// Of the overloads that have a parameter there: whether all are so.
template <class Is>
bool all_are(std::span<const registered_kernel> overloads, std::size_t place, Is is) {
  bool any = false;
  for (const auto& each : overloads)
    if (place < each.sig.parameters.size()) {
      if (!is(each.sig.parameters[place]))
        return false;
      any = true;
    }
  return any;
}

std::vector<call_argument> arguments_in(std::span<const registered_kernel> overloads, const request& what) {
  std::vector<call_argument> result;
  if (is_type(what, "application/json")) {
    if (!what.query.empty())
      throw bad_request{400, "arguments are in the body here; the query is for those beside a .npy"};
    return arguments_of(what.body, most_arguments(overloads));
  }
  result.emplace_back(argument()); // its place: the array
  const auto is_text = [](const parameter& each) { return each.what == parameter::kind::string; };
  for (const auto& [name, value] : what.query) {
    if (name != "arg")
      throw bad_request{400, "'" + name +
                                 "' in the query is unknown; further arguments are arg=2.5&arg=text, "
                                 "in their order"};
    result.push_back(all_are(overloads, result.size(), is_text) ? call_argument(argument(value))
                                                                : argument_of(value, result.size() + 1));
  }
  return result;
}

} // namespace

call_inputs::call_inputs(const named_arrays& names, std::span<const registered_kernel> overloads,
                         const request& what)
    : given_(arguments_in(overloads, what)) {
  if (what.array)
    arrays_.emplace(0, what.array->view());
  for (std::size_t place = 0; place < given_.size(); ++place) {
    const auto* name = std::get_if<array_name>(&given_[place]);
    const auto* value = std::get_if<argument>(&given_[place]);
    const auto* text = value != nullptr ? std::get_if<std::string>(value) : nullptr;
    if (name == nullptr && (text == nullptr || !all_are(overloads, place, is_array)))
      continue;
    const auto& wanted = name != nullptr ? name->name : *text;
    auto found = names.find(wanted);
    if (!found)
      throw bad_request{422, "argument " + std::to_string(place + 1) + ": there is no array '" + wanted +
                                 "'; /v1/arrays names those that there are"};
    arrays_.emplace(place, std::move(*found));
  }
  for (std::size_t place = 0; place < given_.size(); ++place)
    if (const auto at = arrays_.find(place); at != arrays_.end())
      looks_.emplace_back(look(at->second));
    else
      looks_.push_back(look(std::get<argument>(given_[place])));
}

std::vector<std::shared_ptr<const void>> call_inputs::holds() const {
  std::vector<std::shared_ptr<const void>> result;
  for (const auto& [place, each] : arrays_)
    result.push_back(each.source);
  return result;
}

std::size_t call_inputs::text_size() const noexcept {
  std::size_t result = 0;
  for (const auto& each : given_)
    if (const auto* value = std::get_if<argument>(&each))
      if (const auto* text = std::get_if<std::string>(value))
        result += text->size();
  return result;
}

} // namespace pinion::http
