// `pinion shm why`: why some memory is there.
#include <algorithm>

#include <sys/stat.h>

#include <pinion/runtime/attach.hpp>
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/shm_story.hpp>
#include <pinion/runtime/cli/shm_survey.hpp>
#include <pinion/runtime/cli/shm_verbs.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/json_value.hpp>
#include <pinion/runtime/memory_json.hpp>
#include <pinion/runtime/suggestion.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion::cli {
namespace {

using json = nlohmann::ordered_json;

struct why_request {
  std::string name;
  bool json = false;
  std::shared_ptr<const config_flags> flags;
};

std::string text_of(const std::vector<story>& stories) {
  std::string text;
  for (const auto& tale : stories) {
    text += text.empty() ? "" : "\n";
    for (const auto& each : tale.sentences)
      text += each + "\n";
    for (const auto& each : tale.frees)
      text += "To free it: " + each + "\n";
  }
  return text;
}

json json_of(const std::vector<story>& stories, const std::string& name, const json& all) {
  auto found = json::array();
  for (const auto& tale : stories) {
    json facts;
    for (const auto& segment : all["segments"])
      if (segment["name"] == tale.segment)
        facts = segment;
    found.push_back({{"is", name_of(tale.what)},
                     {"sentences", tale.sentences},
                     {"frees", tale.frees},
                     {"segment", std::move(facts)}});
  }
  return {{"name", name}, {"found", std::move(found)}};
}

// A file in /dev/shm that is nobody's segment here, in one sentence; empty where there is none.
std::string foreign_file(const std::string& name) {
  const std::string folder = std::string(shm_directory) + "/";
  const auto bare = name.starts_with(folder) ? name.substr(folder.size())
                    : name.starts_with('/')  ? name.substr(1)
                                             : name;
  struct stat facts {};
  if (bare.empty() || bare.find('/') != std::string::npos || ::lstat((folder + bare).c_str(), &facts) != 0)
    return "";
  const auto user = "user " + std::to_string(facts.st_uid);
  if (const auto parsed = parse_segment_name("/" + bare))
    return folder + bare + " has the name of a segment of user " + std::to_string(parsed->owner.uid) +
           " and belongs to " + user + ", not to you: only they can look into it or free it";
  return folder + bare + " is no segment of pinion: a file of " + user + ", " +
         readable_size(static_cast<std::uint64_t>(facts.st_size)) + " large; ask who made it";
}

std::string unknown_text(const config& settings, const std::string& name, const json& all) {
  auto names = known_names(all);
  const auto published = list_arrays(settings.runtime_dir);
  if (std::find(published.begin(), published.end(), name) != published.end())
    return "'" + name + "' is published, but its publisher does not answer: it is stopped or stuck";
  names.insert(names.end(), published.begin(), published.end());
  const bool all_told = std::all_of(all["nodes"].begin(), all["nodes"].end(),
                                    [](const json& node) { return node["answers"].get<bool>(); });
  return "nothing in shared memory" + std::string(all_told ? "" : " that could be asked about") +
         " is called '" + name + "'" + did_you_mean(name, names) + "; `pinion shm ls` lists what there is";
}

bool tells_in_part(const json& all) {
  return std::any_of(all["nodes"].begin(), all["nodes"].end(),
                     [](const json& node) { return node["more_arrays"].get<std::uint64_t>() > 0; });
}

int tell(const why_request& asked) {
  if (asked.name.empty())
    throw usage_error(
        "the NAME of a segment, a published array or a label is missing; `pinion shm ls` lists them");
  const auto settings = asked.flags->load().value();
  array_query which;
  which.most = most_told;
  auto all = survey(settings, which);
  auto stories = stories_of(all, asked.name);
  if (tells_in_part(all)) {
    // It may be among the many that are smaller, or so may what lies in it.
    which.about = subject_of(all, asked.name);
    auto closer = survey(settings, which);
    if (auto found = stories_of(closer, asked.name); !found.empty()) {
      all = std::move(closer);
      stories = std::move(found);
    }
  }
  for (const auto& node : all["nodes"])
    if (!node["answers"].get<bool>())
      complain(node["why"].get<std::string>());
  if (!stories.empty()) {
    print(asked.json ? json_text(json_of(stories, asked.name, all)) : text_of(stories));
    return done;
  }
  if (const auto file = foreign_file(asked.name); !file.empty()) {
    print(asked.json ? json_text({{"name", asked.name},
                                  {"found", json::array({{{"is", "file"},
                                                          {"sentences", json::array({file + "."})},
                                                          {"frees", json::array()},
                                                          {"segment", nullptr}}})}})
                     : file + ".\n");
    return done;
  }
  complain(unknown_text(settings, asked.name, all));
  return failed;
}

} // namespace

verb add_shm_why(CLI::App& shm, const common_flags& common) {
  auto* command = shm.add_subcommand("why", "Tell why some memory is there, and what would free it");
  command->footer(
      "Examples:\n  pinion shm why prices\n  pinion shm why prices --json\n  pinion shm why "
      "/dev/shm/pinion-1000-0f4c9d2e-4711-123456-1\n\n"
      "NAME is a segment as `pinion shm ls` shows it, the name of a published array, an array's label or a\n"
      "part of it, or any file in /dev/shm.");
  const auto asked = std::make_shared<why_request>();
  command->add_option("NAME", asked->name, "A segment, a published name, a label or a file")->type_name("");
  command->add_flag("--json", asked->json, "Print JSON");
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::lookup, common);
  return {command, asked->flags, [asked] { return tell(*asked); }};
}

} // namespace pinion::cli
