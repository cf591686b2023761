#include <pinion/runtime/cli/shm_text.hpp>

#include <algorithm>
#include <array>

#include <pinion/runtime/table.hpp>
#include <pinion/shm/error.hpp>

namespace pinion::cli {
namespace {

using json = nlohmann::ordered_json;

std::string text_at(const json& what, const char* key) {
  const auto found = what.find(key);
  return found != what.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string state_text(const json& segment) {
  const auto state = text_at(segment, "state");
  std::string text = state == "dead"        ? "dead owner"
                     : state == "elsewhere" ? "owner in another namespace"
                     : state == "strange"   ? "no segment, left alone"
                                            : state;
  if (const auto users = segment["users"].size(); users > 0)
    text += ", mapped by " + counted(users, "process", "processes");
  return text;
}

// The label, or under which names it is published.
std::string name_text(const json& array) {
  auto text = text_at(array, "label");
  for (const auto& each : array["published"]) {
    const auto name = text_at(each, "name");
    if (text.find(name) == std::string::npos)
      text += (text.empty() ? "published as " : ", ") + name;
    if (each.value("withdrawn", false))
      text += " (" + name + " is withdrawn)";
  }
  return text;
}

struct sums {
  std::uint64_t count = 0;
  std::uint64_t size = 0;
  std::uint64_t taken = 0;

  void add(const json& segment) {
    ++count;
    size += segment.value("size", std::uint64_t{0});
    taken += segment.value("taken", std::uint64_t{0});
  }
};

std::string totals_text(const json& all) {
  sums mine;
  sums dead;
  sums elsewhere;
  for (const auto& each : all["segments"]) {
    mine.add(each);
    if (each["state"] == "dead")
      dead.add(each);
    if (each["state"] == "elsewhere")
      elsewhere.add(each);
  }
  auto text = mine.count == 0 ? std::string("no segment of yours")
                              : counted(mine.count, "segment") + " of yours, " + readable_size(mine.taken) +
                                    " taken of " + readable_size(mine.size) + " given";
  if (dead.count > 0)
    text += "; " + std::to_string(dead.count) + " of dead owners (" + readable_size(dead.taken) +
            "): `pinion shm gc` removes " + (dead.count == 1 ? "it" : "them");
  if (elsewhere.count > 0)
    text += "; " + std::to_string(elsewhere.count) + " of another namespace (a container), not judged here";
  text += "\n";
  for (const auto& node : all["nodes"])
    if (const auto more = node.value("more_arrays", std::uint64_t{0}); more > 0)
      text += text_at(node, "node") + ": " + counted(more, "smaller array") + " not shown, " +
              readable_size(node.value("more_bytes", std::uint64_t{0})) + "\n";
  if (const auto others = all["others"].value("segments", std::uint64_t{0}); others > 0)
    text += "other users: " + counted(others, "segment") + ", " +
            readable_size(all["others"].value("taken", std::uint64_t{0})) + "\n";
  return text;
}

} // namespace

std::string segments_text(const json& all) {
  using enum table::align;
  table lines({{"segment or array"},
               {"size", right},
               {"taken", right},
               {"owner", right},
               {"node"},
               {"age", right},
               {"state, or who holds it"}});
  const auto size = [](const json& what, const char* key) {
    return readable_size(what.value(key, std::uint64_t{0}));
  };
  for (const auto& segment : all["segments"]) {
    lines.add({text_at(segment, "name"), size(segment, "size"), size(segment, "taken"),
               std::to_string(segment["owner"].value("pid", 0)), text_at(segment, "node"),
               age_text(segment.value("age_s", 0.0)), state_text(segment)});
    if (segment["arrays"].is_array())
      for (const auto& array : segment["arrays"]) {
        const auto name = name_text(array);
        lines.add({"  " + shape_text(array) + (name.empty() ? "" : " " + name), size(array, "bytes"), "", "",
                   "", age_text(array.value("age_s", 0.0)), listed(holders_of(array))});
      }
  }
  for (const auto& segment : all["unnamed"]) {
    std::vector<std::string> users;
    for (const auto& each : segment["users"])
      users.push_back(process_text(each));
    lines.add({text_at(segment, "name"), size(segment, "bytes"), "", "", "", "",
               "removed, but still mapped by " + listed(users)});
  }
  return (lines.empty() ? "" : lines.text()) + totals_text(all);
}

std::string shape_text(const json& array) {
  auto text = text_at(array, "type") + "[";
  bool first = true;
  for (const auto& each : array["shape"]) {
    text += (first ? "" : ",") + each.dump();
    first = false;
  }
  return text + "]";
}

std::vector<std::string> holders_of(const json& array) {
  std::vector<std::string> result;
  if (const auto handles = array.value("handles", std::uint64_t{0}); handles > 0)
    result.push_back(counted(handles, "handle"));
  for (const auto& task : array["tasks"]) {
    const auto state = text_at(task, "state");
    auto text =
        "task " + std::to_string(task.value("task", std::uint64_t{0})) + " (" + text_at(task, "kernel") + ")";
    const bool writes = text_at(task, "right") == "write";
    if (state == "waits")
      text += writes ? " waits to write" : " waits to read";
    else
      text += (writes ? " writes" : " reads") + std::string(state == "sent" ? " soon" : "") + " on worker " +
              std::to_string(task.value("worker", -1));
    result.push_back(std::move(text));
  }
  for (const auto& publication : array["published"])
    for (const auto& who : publication["attached"])
      result.push_back(process_text(who) + " attached");
  return result;
}

std::string process_text(const json& who) {
  const auto program = text_at(who, "program");
  return "process " + std::to_string(who.value("pid", 0)) + (program.empty() ? "" : " (" + program + ")");
}

std::string age_text(double seconds) {
  struct unit {
    double seconds;
    const char* name;
  };
  constexpr std::array units{unit{86400, " d"}, unit{3600, " h"}, unit{60, " min"}};
  for (const auto& each : units)
    if (seconds >= 2 * each.seconds)
      return std::to_string(static_cast<long>(seconds / each.seconds)) + each.name;
  return std::to_string(static_cast<long>(std::max(0.0, seconds))) + " s";
}

std::string counted(std::uint64_t count, const std::string& what, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? what : many.empty() ? what + "s" : many);
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

} // namespace pinion::cli
