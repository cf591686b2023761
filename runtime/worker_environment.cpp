#include <pinion/runtime/worker_environment.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include <unistd.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/processor_list.hpp>

namespace pinion {

namespace {

constexpr const char* thread_variables[] = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                                            "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"};

// A line a field, so that a path may hold anything but a line's end.
std::string order_text(const worker_order& order) {
  std::ostringstream out;
  out << "slot=" << order.slot << "\nincarnation=" << order.incarnation << "\nnode=" << order.node
      << "\nprocessors=" << processors_text(order.processors) << "\nnice=" << order.nice
      << "\nspin=" << order.spin_us << "\narena=" << order.arena << "\narena_slot=" << order.arena_slot
      << "\nmemory=" << order.memory << "\nactor=" << order.actor;
  for (const auto& each : order.plugins)
    out << "\nplugin=" << each;
  return out.str();
}

template <class Number>
Number number(std::string_view key, std::string_view text) {
  Number result{};
  const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (why != std::errc{} || end != text.data() + text.size())
    raise(runtime_errc::cannot_start_worker, std::string(worker_variable) + ": " + std::string(key) +
                                                 " is '" + std::string(text) + "', a number is needed");
  return result;
}

} // namespace

std::vector<std::string> own_environment() {
  std::vector<std::string> result;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each)
    result.emplace_back(*each);
  return result;
}

std::vector<std::string> worker_environment(const worker_order& order, const std::vector<std::string>& from) {
  const auto names = [](const std::string& variable, const char* name) {
    return variable.starts_with(std::string(name) + "=");
  };
  std::vector<std::string> result;
  for (const auto& each : from)
    if (!names(each, worker_variable))
      result.push_back(each);
  for (const auto* name : thread_variables)
    if (std::none_of(from.begin(), from.end(), [&](const auto& each) { return names(each, name); }))
      result.push_back(std::string(name) + "=" + std::to_string(order.processors.size()));
  result.push_back(std::string(worker_variable) + "=" + order_text(order));
  return result;
}

std::optional<worker_order> take_worker_order() {
  const auto* text = std::getenv(worker_variable);
  if (text == nullptr)
    return std::nullopt;
  worker_order result;
  std::istringstream in{std::string(text)};
  ::unsetenv(worker_variable);
  for (std::string line; std::getline(in, line);) {
    const auto middle = line.find('=');
    const auto key = std::string_view(line).substr(0, middle);
    const auto value =
        middle == std::string::npos ? std::string_view{} : std::string_view(line).substr(middle + 1);
    if (key == "slot")
      result.slot = number<std::uint32_t>(key, value);
    else if (key == "incarnation")
      result.incarnation = number<std::uint64_t>(key, value);
    else if (key == "node")
      result.node = value;
    else if (key == "processors")
      result.processors = parse_processors(value).value_or(std::vector<int>{});
    else if (key == "nice")
      result.nice = number<int>(key, value);
    else if (key == "spin")
      result.spin_us = number<int>(key, value);
    else if (key == "arena")
      result.arena = value;
    else if (key == "arena_slot")
      result.arena_slot = number<std::uint32_t>(key, value);
    else if (key == "memory")
      result.memory = number<std::size_t>(key, value);
    else if (key == "actor")
      result.actor = value;
    else if (key == "plugin")
      result.plugins.emplace_back(value);
    else
      raise(runtime_errc::cannot_start_worker, std::string(worker_variable) + ": unknown field '" +
                                                   std::string(key) +
                                                   "'; this variable is pinion's own, unset it");
  }
  return result;
}

} // namespace pinion
