#include <pinion/runtime/cli/listing.hpp>

#include <pinion/runtime/table.hpp>

namespace pinion::cli {
namespace {

using json = nlohmann::ordered_json;

// As text, whatever it is; empty when it is not there.
std::string cell(const json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || found->is_null())
    return "";
  return found->is_string() ? found->get<std::string>()
                            : found->dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string number(const json& row, const char* key) {
  const auto text = cell(row, key);
  return text.empty() ? "0" : text;
}

} // namespace

std::string kernels_text(const json& kernels) {
  table lines({{"kernel"}, {"what it does"}});
  std::string said; // of the overloads of a kernel, the first one says what they do
  for (const auto& kernel : kernels) {
    const auto doc = cell(kernel, "name") + ": " + cell(kernel, "doc");
    lines.add({cell(kernel, "signature"), doc == said ? "" : cell(kernel, "doc")});
    said = doc;
  }
  return lines.text();
}

namespace {

// "idle", "spare" for one that stands ready, "leaving" for one that finishes what it has.
std::string state_of(const json& worker) {
  const auto state = cell(worker, "state");
  const auto duty = cell(worker, "duty");
  if (state == "resting" || state == "given up" || duty.empty() || duty == "active")
    return state;
  return duty == "spare" && state == "starting" ? "spare, starting" : duty;
}

} // namespace

std::string node_text(const json& node) {
  auto text = cell(node, "node") + " (process " + cell(node, "pid") + "): " + number(node, "queued") +
              " waiting, " + number(node, "sent") + " running, " + number(node, "done") + " done, " +
              number(node, "failed") + " failed" +
              (cell(node, "phase") == "paused"     ? "; paused, `pinion resume` lets it go on"
               : cell(node, "phase") == "draining" ? "; draining, takes no new task"
                                                   : "") +
              "\n";
  using enum table::align;
  table lines({{"slot", right},
               {"process", right},
               {"state"},
               {"processors"},
               {"tasks", right},
               {"restarts", right},
               {"runs"}});
  if (const auto workers = node.find("workers"); workers != node.end())
    for (const auto& worker : *workers)
      lines.add({cell(worker, "slot"), cell(worker, "pid"), state_of(worker), cell(worker, "processors"),
                 number(worker, "tasks"), number(worker, "restarts"), cell(worker, "running")});
  if (!lines.empty())
    text += lines.text();
  table actors({{"actor"},
                {"behavior"},
                {"process", right},
                {"state"},
                {"processors"},
                {"waiting", right},
                {"handled", right},
                {"lives", right}});
  if (const auto hosted = node.find("actors"); hosted != node.end())
    for (const auto& each : *hosted)
      actors.add({cell(each, "name"), cell(each, "behavior"), cell(each, "pid"), cell(each, "state"),
                  cell(each, "processors"), number(each, "waiting"), number(each, "handled"),
                  number(each, "life")});
  return actors.empty() ? text : text + actors.text();
}

} // namespace pinion::cli
