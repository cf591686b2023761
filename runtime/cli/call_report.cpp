#include <pinion/runtime/cli/call_report.hpp>

#include <array>
#include <cstdio>
#include <utility>

#include <pinion/runtime/cli/array_text.hpp>
#include <pinion/runtime/json_value.hpp>
#include <pinion/runtime/scalar_text.hpp>
#include <pinion/runtime/table.hpp>

namespace pinion::cli {
namespace {

std::string microseconds(std::int64_t nanoseconds) {
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%.1f us", static_cast<double>(nanoseconds) / 1000);
  return {text, static_cast<std::size_t>(size)};
}

} // namespace

std::string call_report::text() const {
  std::string lines;
  const bool scalar = !std::holds_alternative<array_ref>(result);
  if (scalar && !std::holds_alternative<std::monostate>(result))
    lines = scalar_text(result) + "\n";
  for (std::size_t i = files.size(); i < arrays.size(); ++i)
    lines += array_text(arrays[i]) + "\n";
  return lines;
}

std::string call_report::json() const {
  nlohmann::ordered_json all{{"kernel", kernel}};
  // A returned array stands with the others.
  all["result"] = std::holds_alternative<array_ref>(result) ? nlohmann::ordered_json() : json_value(result);
  all["arrays"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    auto array = json_value(arrays[i]);
    if (i < files.size()) {
      array.erase("values");
      array["file"] = files[i].string();
    }
    all["arrays"].push_back(std::move(array));
  }
  all["worker"] = worker;
  all["stamps"] = json_value(stamps);
  return json_text(all);
}

std::string call_report::failure_json(const std::string& kernel, const failure& why) {
  nlohmann::ordered_json error{{"code", name_of(why.code)}, {"text", why.text}};
  add_exception(error, why, "type");
  return json_text({{"kernel", kernel}, {"error", error}});
}

std::string call_report::stamps_text() const {
  table lines({{"phase"}, {"since queued", table::align::right}});
  const std::array<std::pair<const char*, std::int64_t>, 5> phases{{{"queued", stamps.queued},
                                                                    {"sent", stamps.sent},
                                                                    {"started", stamps.started},
                                                                    {"finished", stamps.finished},
                                                                    {"replied", stamps.replied}}};
  for (const auto& [name, moment] : phases)
    if (moment != 0)
      lines.add({name, microseconds(moment - stamps.queued)});
  lines.add({"processor time", microseconds(stamps.cpu_ns)});
  return lines.text();
}

} // namespace pinion::cli
