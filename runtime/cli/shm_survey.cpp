#include <pinion/runtime/cli/shm_survey.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <pinion/runtime/client.hpp>
#include <pinion/runtime/front_desk.hpp>
#include <pinion/runtime/rendezvous.hpp>
#include <pinion/runtime/segment_users.hpp>
#include <pinion/shm/segment_list.hpp>

namespace pinion::cli {
namespace {

using json = nlohmann::ordered_json;

double age_of(std::chrono::system_clock::time_point since) {
  const auto age = std::chrono::system_clock::now() - since;
  return std::max(
      0.0, static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(age).count()) / 1e3);
}

const char* name_of_kind(found_segment::kind what) {
  switch (what) {
  case found_segment::kind::named:
    return "named";
  case found_segment::kind::memfd:
    return "memfd";
  }
  return "unknown";
}

json silent(const std::string& name, pid_t pid, const std::string& why) {
  return {{"node", name}, {"pid", pid}, {"answers", false}, {"why", why}, {"called_by_name", false}};
}

// What a node says of its memory, with "answers", and "why" where it says nothing. `called`: in messages.
json ask_node(client& node, const std::string& name, const std::string& called, const array_query& which) {
  const auto pid = node.process();
  if (is_stopped(pid))
    return silent(name, pid,
                  called + " does not answer: process " + std::to_string(pid) +
                      " is stopped; kill -CONT lets it go on");
  try {
    auto said = json::parse(node.memory_json(which));
    said["pid"] = pid; // the kernel's word, not its own
    said["answers"] = true;
    said["why"] = "";
    said["called_by_name"] = false;
    return said;
  } catch (const std::exception&) {
    return silent(name, pid, called + " does not answer: process " + std::to_string(pid) + " is stuck");
  }
}

// A forked child may hold the door of a dead process open.
bool is_gone(pid_t pid) { return pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH; }

// What each node says where it answers `pinion shm`. A process that did not answer once is not waited for
// again.
void ask_inner_desks(json& result, const config& settings, const array_query& which) {
  auto inner = settings;
  inner.runtime_dir = memory_folder(settings.runtime_dir);
  for (const auto& desk : list_nodes(inner)) {
    try {
      client node(inner, desk);
      const auto pid = node.process();
      const auto is_silent = [pid](const json& each) {
        return each["pid"] == pid && !each["answers"].get<bool>();
      };
      if (is_gone(pid) || std::any_of(result.begin(), result.end(), is_silent))
        continue;
      const auto program = program_of(pid);
      result.push_back(ask_node(node, "", "a node of " + (program.empty() ? "a program" : program), which));
    } catch (const std::exception&) {
      // One that ended just now is missed by nobody; one that lets nobody in is told of.
      if (const auto pid = std::atoi(desk.c_str()); node_lives(inner.runtime_dir, desk) && !is_gone(pid))
        result.push_back(silent(
            "", pid, "a node of process " + std::to_string(pid) + " lets nobody in; it is stopped or stuck"));
    }
  }
}

// Which of them can be called by others, and what those say that have no desk but for calls.
void ask_front_desks(json& result, const config& settings, const array_query& which) {
  for (const auto& name : list_nodes(settings)) {
    const auto called = "the node '" + name + "'";
    try {
      client node(settings, name);
      const auto pid = node.process();
      const auto same = std::find_if(result.begin(), result.end(), [&](const json& each) {
        return each["pid"] == pid && (each["node"] == name || !each["answers"].get<bool>());
      });
      if (same == result.end()) {
        result.push_back(ask_node(node, name, called, which));
        result.back()["called_by_name"] = true;
        continue;
      }
      (*same)["called_by_name"] = true;
      (*same)["node"] = name; // of one that said nothing
      if (!(*same)["answers"].get<bool>())
        (*same)["why"] = called + " does not answer: process " + std::to_string(pid) +
                         (is_stopped(pid) ? " is stopped; kill -CONT lets it go on" : " is stuck");
    } catch (const std::exception& why) {
      result.push_back(silent(name, 0, why.what()));
      result.back()["called_by_name"] = true;
    }
  }
}

json ask_nodes(const config& settings, const array_query& which) {
  auto result = json::array();
  try {
    ask_inner_desks(result, settings, which);
    ask_front_desks(result, settings, which);
  } catch (const std::exception& why) { // the runtime directory
    result.push_back(silent("", 0, why.what()));
  }
  return result;
}

void name_programs(json& arrays) {
  for (auto& array : arrays)
    for (auto& publication : array["published"])
      for (auto& who : publication["attached"])
        who["program"] = program_of(who.value("pid", 0));
}

json users_json(const std::vector<segment_user>& users) {
  auto result = json::array();
  for (const auto& each : users)
    result.push_back({{"pid", each.pid}, {"program", each.program}, {"bytes", each.bytes}});
  return result;
}

using file_key = std::pair<std::uint64_t, std::uint64_t>;

json segment_json(const found_segment& what, const std::map<file_key, mapped_segment>& mapped,
                  const json& nodes) {
  json result{
      {"name", what.name},
      {"kind", name_of_kind(what.what)},
      {"state", name_of(what.now)},
      {"size", what.size},
      {"taken", what.taken},
      {"age_s", age_of(what.since)},
      {"owner",
       {{"pid", what.owner.pid},
        {"program", what.now == found_segment::state::alive ? program_of(static_cast<pid_t>(what.owner.pid))
                                                            : std::string()},
        {"called_by_name", false}}},
      {"node", what.tag}};
  const auto users = mapped.find({what.device, what.inode});
  result["users"] = users == mapped.end() ? json::array() : users_json(users->second.users);
  result["arrays"] = nullptr;
  if (what.now != found_segment::state::alive)
    return result;
  for (const auto& node : nodes) {
    // A program may have several nodes, even of one name; those that say nothing have theirs unknown.
    if (!node.value("answers", false) || node["pid"] != what.owner.pid || node["node"] != what.tag)
      continue;
    if (node["called_by_name"])
      result["owner"]["called_by_name"] = true;
    if (result["arrays"].is_null())
      result["arrays"] = json::array();
    for (const auto& array : node["arrays"])
      if (array["segment"] == what.name)
        result["arrays"].push_back(array);
  }
  if (result["arrays"].is_array())
    name_programs(result["arrays"]);
  return result;
}

} // namespace

json survey(const config& settings, const array_query& which) {
  const auto nodes = ask_nodes(settings, which);
  const auto found = list_segments();
  std::map<file_key, mapped_segment> mapped;
  for (auto& each : list_mapped_segments())
    mapped.emplace(file_key{each.device, each.inode}, std::move(each));
  json result;
  result["segments"] = json::array();
  for (const auto& each : found.mine)
    result["segments"].push_back(segment_json(each, mapped, nodes));
  result["unnamed"] = json::array();
  std::set<file_key> listed;
  for (const auto& each : found.mine)
    listed.emplace(each.device, each.inode);
  for (const auto& [key, each] : mapped) {
    if (each.named && (!each.memfd || listed.contains(key)))
      continue;
    const auto most = std::max_element(each.users.begin(), each.users.end(),
                                       [](const auto& x, const auto& y) { return x.bytes < y.bytes; });
    result["unnamed"].push_back(
        {{"name", each.name}, {"bytes", most->bytes}, {"users", users_json(each.users)}});
  }
  result["nodes"] = json::array();
  for (const auto& node : nodes)
    result["nodes"].push_back({{"node", node["node"]},
                               {"pid", node["pid"]},
                               {"called_by_name", node["called_by_name"]},
                               {"answers", node["answers"]},
                               {"why", node["why"]},
                               {"more_arrays", node.value("more_arrays", 0)},
                               {"more_bytes", node.value("more_bytes", std::uint64_t{0})}});
  result["others"] = {{"segments", found.others}, {"taken", found.others_taken}};
  result["intruders"] = found.intruders;
  if (!which.about.empty())
    result["about"] = which.about;
  return result;
}

} // namespace pinion::cli
