// Checks of what lies there already: runtime-dir, dead-owners, dead-names, intruders.
#include <pinion/runtime/health_check.hpp>

#include <cerrno>

#include <sys/stat.h>

#include <pinion/runtime/attach.hpp>
#include <pinion/runtime/rendezvous.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/segment_list.hpp>

namespace pinion {

namespace {

using enum finding::level;

void check_folder(std::vector<finding>& found, const config& settings, const system_root& where) {
  const auto name = "'" + settings.runtime_dir.string() + "', where nodes are found by name,";
  const auto add = [&](finding::level how, const std::string& says, const std::string& advice = "") {
    found.push_back({"runtime-dir", how, name + " " + says, advice});
  };
  const std::string other = "name another folder: runtime_dir in the configuration, PINION_RUNTIME_DIR";
  struct stat facts {};
  if (::lstat(where.path(settings.runtime_dir.string()).c_str(), &facts) != 0) {
    if (errno == ENOENT)
      return add(ok, "is made by the first node");
    return add(problem, "cannot be looked at", other);
  }
  if (!S_ISDIR(facts.st_mode))
    return add(problem, "is no directory", "remove it, or " + other);
  if (facts.st_uid != where.user)
    return add(problem, "belongs to user " + std::to_string(facts.st_uid), other);
  if ((facts.st_mode & 077U) != 0)
    return add(problem, "is open to other users",
               "`chmod 700 " + settings.runtime_dir.string() + "` if nothing else is kept there, or " +
                   other);
  add(ok, "is yours alone");
}

void check_segments(std::vector<finding>& found, const system_root& where) {
  const auto all = list_segments(where.path(shm_directory));
  std::size_t dead = 0;
  std::uint64_t bytes = 0;
  for (const auto& each : all.mine)
    if (each.now == found_segment::state::dead) {
      ++dead;
      bytes += each.taken;
    }
  if (dead > 0)
    found.push_back({"dead-owners", warning,
                     std::to_string(dead) + (dead == 1 ? " segment" : " segments") + " of dead processes, " +
                         readable_size(bytes),
                     "`pinion shm gc` removes what they left; `pinion shm ls` lists it"});
  else
    found.push_back({"dead-owners", ok, "no segment of a dead process is left", ""});
  if (all.intruders.empty())
    found.push_back({"intruders", ok, "nobody else uses names of yours", ""});
  else
    found.push_back({"intruders", warning,
                     std::to_string(all.intruders.size()) +
                         " of your names in /dev/shm lie on another user's file, " + all.intruders.front() +
                         " for one: pinion does not touch it",
                     "ask who made it (`ls -l /dev/shm`), and have it removed by them or by root"});
}

void check_names(std::vector<finding>& found, const config& settings, const system_root& where) {
  const auto folder = where.path(settings.runtime_dir.string());
  const auto count = sweep_names(folder, false).size() + sweep_names(array_folder(folder), false).size();
  if (count > 0)
    found.push_back(
        {"dead-names", warning,
         std::to_string(count) + (count == 1 ? " name" : " names") + " of dead nodes or of their arrays",
         "`pinion shm gc` removes them; so does the next node"});
  else
    found.push_back({"dead-names", ok, "no name of a dead node is left", ""});
}

} // namespace

void check_leftovers(std::vector<finding>& found, const config& settings, const system_root& where) {
  check_folder(found, settings, where);
  check_segments(found, where);
  check_names(found, settings, where);
}

} // namespace pinion
