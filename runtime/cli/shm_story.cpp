#include <pinion/runtime/cli/shm_story.hpp>

#include <algorithm>

#include <pinion/runtime/cli/shm_text.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t most_stories = 5;
constexpr std::size_t most_arrays = 10;

std::string text_at(const json& what, const char* key) { return what.value(key, std::string()); }

std::string size_at(const json& what, const char* key) {
  return readable_size(what.value(key, std::uint64_t{0}));
}

std::vector<std::string> processes(const json& users) {
  std::vector<std::string> result;
  for (const auto& each : users)
    result.push_back(process_text(each));
  return result;
}

void tell_owner(story& tale, const json& segment) {
  const auto state = text_at(segment, "state");
  const auto& owner = segment["owner"];
  const auto node = text_at(segment, "node");
  const auto age = age_text(segment.value("age_s", 0.0));
  if (state == "alive")
    tale.sentences.push_back("Its owner is " + process_text(owner) + (node.empty() ? "" : ", " + node) +
                             ", which lives; it made the segment " + age + " ago.");
  else if (state == "dead")
    tale.sentences.push_back("Its owner, process " + std::to_string(owner.value("pid", 0)) +
                             (node.empty() ? "" : " (" + node + ")") +
                             ", is dead: it was killed before it could remove the segment, " + age +
                             " old by now.");
  else if (state == "elsewhere")
    tale.sentences.push_back("Its owner, process " + std::to_string(owner.value("pid", 0)) +
                             (node.empty() ? "" : " (" + node + ")") +
                             ", counts its ids in another namespace (a container with the same /dev/shm): "
                             "whether it lives cannot be told from here.");
  else
    tale.sentences.push_back("It has the name of a segment but is no file: pinion leaves it alone.");
}

void tell_users(story& tale, const json& segment) {
  const auto users = processes(segment["users"]);
  if (users.empty())
    tale.sentences.push_back("No process of yours has it mapped.");
  else
    tale.sentences.push_back("It is mapped by " + listed(users) + ".");
}

std::string described(const json& array) {
  const auto label = text_at(array, "label");
  return shape_text(array) + " (" + size_at(array, "bytes") + (label.empty() ? "" : ", " + label) + ", " +
         age_text(array.value("age_s", 0.0)) + " old)";
}

void tell_array(story& tale, const json& array) {
  const auto holders = holders_of(array);
  tale.sentences.push_back(described(array) + (holders.empty() ? " is held by nobody any more."
                                                               : " is held by " + listed(holders) + "."));
  for (const auto& each : array["published"])
    tale.sentences.push_back(
        (each.value("withdrawn", false) ? "It was published as '" : "It is published as '") +
        text_at(each, "name") + "'" + (each.value("writable", false) ? ", to be written to" : "") +
        (each.value("withdrawn", false) ? ", and withdrawn since: nobody new gets it." : "."));
}

// How many arrays lie in a segment that its node was asked about and did not tell of.
std::uint64_t left_out(const json& all, const json& segment) {
  if (text_at(all, "about") != text_at(segment, "name"))
    return 0;
  for (const auto& node : all["nodes"])
    if (node["pid"] == segment["owner"]["pid"] && node["node"] == segment["node"])
      return node.value("more_arrays", std::uint64_t{0});
  return 0;
}

void tell_arrays(story& tale, const json& all, const json& segment) {
  const auto& arrays = segment["arrays"];
  if (!arrays.is_array()) {
    if (segment["state"] != "alive")
      return;
    for (const auto& node : all["nodes"])
      if (node["pid"] == segment["owner"]["pid"] && !node["answers"].get<bool>()) {
        tale.sentences.push_back("What lies in it cannot be told: " + text_at(node, "why") + ".");
        return;
      }
    tale.sentences.push_back(
        "Its owner cannot be asked what lies in it: no node of that process answers in this runtime_dir.");
    return;
  }
  const auto more = left_out(all, segment);
  if (arrays.empty() && more == 0) {
    tale.sentences.push_back("No array lies in it now: it is kept for the next ones, or for the results of a "
                             "worker.");
    return;
  }
  const auto count = arrays.size() + more;
  tale.sentences.push_back(counted(count, "array") + (count == 1 ? " lies" : " lie") + " in it:");
  for (std::size_t i = 0; i < std::min(arrays.size(), most_arrays); ++i)
    tell_array(tale, arrays[i]);
  if (const auto told = std::min(arrays.size(), most_arrays); told < count)
    tale.sentences.push_back("... and " + counted(count - told, "smaller one") +
                             "; `pinion shm ls` lists them.");
}

// "`pinion stop lab`", or what else ends the owner.
std::string ending(const json& segment) {
  const auto& owner = segment["owner"];
  return owner.value("called_by_name", false) ? "`pinion stop " + text_at(segment, "node") + "`"
                                              : "`kill " + std::to_string(owner.value("pid", 0)) + "`";
}

void tell_release(story& tale, const json& segment) {
  const auto state = text_at(segment, "state");
  if (state == "alive") {
    tale.frees.push_back("Drop what is held, or end the owner: " + ending(segment) + ".");
  } else if (state == "dead") {
    tale.frees.emplace_back("`pinion shm gc` removes it, as the next node that starts does.");
    if (!segment["users"].empty())
      tale.frees.emplace_back(
          "Its memory is free when the processes that have it mapped let go of it or end.");
  } else if (state == "elsewhere") {
    tale.frees.emplace_back(
        "`pinion shm gc` in the container of its owner; or remove the file by hand when you "
        "know that the owner is gone.");
  } else {
    tale.frees.emplace_back("Remove it by hand, if it is yours.");
  }
}

story of_segment(const json& all, const json& segment) {
  story tale;
  tale.segment = text_at(segment, "name");
  tale.sentences.push_back(tale.segment + " is a segment of " + size_at(segment, "size") + ", of which " +
                           size_at(segment, "taken") + " are memory.");
  tell_owner(tale, segment);
  tell_arrays(tale, all, segment);
  tell_users(tale, segment);
  tell_release(tale, segment);
  return tale;
}

story of_array(const json& segment, const json& array, story::about what) {
  story tale;
  tale.what = what;
  tale.segment = text_at(segment, "name");
  tell_array(tale, array);
  tale.sentences.push_back("It lies in " + tale.segment + ", at byte " +
                           std::to_string(array.value("offset", std::uint64_t{0})) + ".");
  tell_owner(tale, segment);
  const bool published = !array["published"].empty();
  tale.frees.push_back(std::string(published ? "Withdraw its name, and drop" : "Drop") +
                       " all that holds it; or end its owner: " + ending(segment) +
                       (published ? "; those who have it attached keep it until they end." : "."));
  return tale;
}

// "/pinion-…" for all the ways to name a segment.
std::string segment_named(const std::string& name) {
  const std::string folder = std::string(shm_directory) + "/";
  const auto bare = name.starts_with(folder) ? name.substr(folder.size()) : name;
  return bare.starts_with('/') ? bare : "/" + bare;
}

bool has_name(const json& array, const std::string& name) {
  for (const auto& each : array["published"])
    if (each["name"] == name)
      return true;
  return false;
}

template <class Which>
void find_arrays(std::vector<story>& found, const json& all, story::about what, const Which& which) {
  for (const auto& segment : all["segments"])
    if (segment["arrays"].is_array())
      for (const auto& array : segment["arrays"])
        if (found.size() < most_stories && which(array))
          found.push_back(of_array(segment, array, what));
}

} // namespace

std::vector<story> stories_of(const json& all, const std::string& name) {
  std::vector<story> found;
  for (const auto& segment : all["segments"])
    if (segment["name"] == segment_named(name))
      found.push_back(of_segment(all, segment));
  if (found.empty())
    find_arrays(found, all, story::about::published,
                [&](const json& array) { return has_name(array, name); });
  if (found.empty())
    find_arrays(found, all, story::about::label, [&](const json& array) { return array["label"] == name; });
  // `why prices` for "prices.npy".
  if (found.empty() && !name.empty())
    find_arrays(found, all, story::about::label,
                [&](const json& array) { return text_at(array, "label").find(name) != std::string::npos; });
  return found;
}

std::string subject_of(const json& all, const std::string& name) {
  for (const auto& segment : all["segments"])
    if (segment["name"] == segment_named(name))
      return text_at(segment, "name");
  return name;
}

std::vector<std::string> known_names(const json& all) {
  std::vector<std::string> result;
  for (const auto& segment : all["segments"]) {
    result.push_back(text_at(segment, "name"));
    if (!segment["arrays"].is_array())
      continue;
    for (const auto& array : segment["arrays"]) {
      if (const auto label = text_at(array, "label"); !label.empty())
        result.push_back(label);
      for (const auto& each : array["published"])
        result.push_back(text_at(each, "name"));
    }
  }
  return result;
}

const char* name_of(story::about what) noexcept {
  switch (what) {
  case story::about::segment:
    return "segment";
  case story::about::published:
    return "published";
  case story::about::label:
    return "label";
  }
  return "unknown";
}

} // namespace pinion::cli
