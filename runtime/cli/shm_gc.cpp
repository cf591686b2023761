// `pinion shm gc`: removes what dead processes left.
#include <algorithm>
#include <vector>

#include <pinion/runtime/attach.hpp>
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/shm_text.hpp>
#include <pinion/runtime/cli/shm_verbs.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/front_desk.hpp>
#include <pinion/runtime/json_value.hpp>
#include <pinion/runtime/rendezvous.hpp>
#include <pinion/runtime/table.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/segment_list.hpp>
#include <pinion/shm/sweep.hpp>

namespace pinion::cli {
namespace {

using json = nlohmann::ordered_json;

struct gc_request {
  bool dry_run = false;
  bool json = false;
  std::shared_ptr<const config_flags> flags;
};

struct findings {
  std::vector<swept> segments;
  std::vector<std::string> kept; ///< segments of dead owners that could not be removed
  std::uint64_t elsewhere = 0;
  std::uint64_t others = 0;
  std::vector<std::string> nodes;
  std::vector<std::string> arrays;
};

findings collect(const config& settings, bool dry_run) {
  findings result;
  const auto before = list_segments();
  result.others = before.others;
  for (const auto& each : before.mine) {
    result.elsewhere += each.now == found_segment::state::elsewhere ? 1 : 0;
    if (dry_run && each.now == found_segment::state::dead)
      result.segments.push_back({each.name, each.owner.pid, each.size, each.taken});
  }
  if (!dry_run)
    result.segments = sweep_dead_owners(&result.kept);
  result.nodes = sweep_names(settings.runtime_dir, !dry_run);
  sweep_names(memory_folder(settings.runtime_dir), !dry_run); // nobody knows these by name
  result.arrays = sweep_names(array_folder(settings.runtime_dir), !dry_run);
  return result;
}

std::uint64_t taken_by(const std::vector<swept>& segments) {
  std::uint64_t sum = 0;
  for (const auto& each : segments)
    sum += each.taken;
  return sum;
}

std::string text_of(const findings& found, bool dry_run) {
  using enum table::align;
  const std::string did = dry_run ? "would remove " : "removed ";
  std::string text;
  if (!found.segments.empty()) {
    table lines({{"segment"}, {"size", right}, {"taken", right}, {"dead owner", right}});
    for (const auto& each : found.segments)
      lines.add({each.segment, readable_size(each.size), readable_size(each.taken),
                 std::to_string(each.owner_pid)});
    text += lines.text();
    text += did + counted(found.segments.size(), "segment") + " of dead owners, " +
            readable_size(taken_by(found.segments)) + "\n";
  } else {
    text += "no segment of a dead owner\n";
  }
  if (!found.nodes.empty())
    text += did + "the names of dead nodes: " + listed(found.nodes) + "\n";
  if (!found.arrays.empty())
    text += did + "the names of arrays whose publishers are dead: " + listed(found.arrays) + "\n";
  if (found.elsewhere > 0)
    text += "left alone: " + counted(found.elsewhere, "segment") +
            " whose owner counts its ids in another namespace (a container); collect there\n";
  if (found.others > 0)
    text += "left alone: " + counted(found.others, "segment") + " of other users\n";
  return text;
}

json json_of(const findings& found, bool dry_run) {
  auto segments = json::array();
  for (const auto& each : found.segments)
    segments.push_back(
        {{"name", each.segment}, {"size", each.size}, {"taken", each.taken}, {"owner", each.owner_pid}});
  return {{"dry_run", dry_run},
          {"segments", std::move(segments)},
          {"taken", taken_by(found.segments)},
          {"nodes", found.nodes},
          {"arrays", found.arrays},
          {"not_removed", found.kept},
          {"left_alone", {{"elsewhere", found.elsewhere}, {"others", found.others}}}};
}

int clean(const gc_request& asked) {
  const auto found = collect(asked.flags->load().value(), asked.dry_run);
  print(asked.json ? json_text(json_of(found, asked.dry_run)) : text_of(found, asked.dry_run));
  for (const auto& each : found.kept)
    complain(each + " could not be removed; is /dev/shm mounted read-only? `pinion shm doctor` looks");
  return found.kept.empty() ? done : failed;
}

} // namespace

verb add_shm_gc(CLI::App& shm, const common_flags& common) {
  auto* command = shm.add_subcommand("gc", "Remove the segments and names that killed processes left");
  command->footer(
      "Examples:\n  pinion shm gc --dry-run\n  pinion shm gc\n\n"
      "Every node does the same for segments when it starts. Segments of the living, of other users and of\n"
      "processes in containers are left alone. Memory that somebody still has mapped is free when he lets "
      "go.");
  const auto asked = std::make_shared<gc_request>();
  command->add_flag("--dry-run", asked->dry_run, "Say what would be removed, and leave it there");
  command->add_flag("--json", asked->json, "Print JSON");
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::lookup, common);
  return {command, asked->flags, [asked] { return clean(*asked); }};
}

} // namespace pinion::cli
