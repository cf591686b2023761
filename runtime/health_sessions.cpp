// The check remove-ipc: does systemd remove the segments of who logs out?
#include <pinion/runtime/health_check.hpp>

#include <map>
#include <sstream>
#include <system_error>

namespace pinion {

namespace {

namespace fs = std::filesystem;
using enum finding::level;

// Users below it are the system's, and spared (logind.conf(5), SYS_UID_MAX).
constexpr uid_t first_person = 1000;

// The files by name, those of later folders over those of earlier ones (logind.conf(5)).
std::vector<std::string> drop_ins(const system_root& where) {
  std::map<std::string, std::string> by_name;
  for (const std::string folder : {"/usr/lib/systemd/logind.conf.d", "/usr/local/lib/systemd/logind.conf.d",
                                   "/run/systemd/logind.conf.d", "/etc/systemd/logind.conf.d"}) {
    std::error_code failed;
    fs::directory_iterator entries(where.path(folder), failed);
    for (; !failed && entries != fs::directory_iterator(); entries.increment(failed)) {
      const auto name = entries->path().filename().string();
      if (name.ends_with(".conf"))
        by_name[name] = folder + "/" + name;
    }
  }
  std::vector<std::string> result;
  for (const auto& [name, file] : by_name)
    result.push_back(file);
  return result;
}

// Which file says RemoveIPC last, and what: systemd's own default is yes.
struct setting {
  bool yes = true;
  std::string file;
};

void read_into(setting& what, const system_root& where, const std::string& file) {
  std::istringstream text(where.read(file).value_or(""));
  for (std::string line; std::getline(text, line);) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    const std::string key = "RemoveIPC=";
    if (!line.starts_with(key))
      continue;
    const auto value = line.substr(key.size());
    what.yes = value == "yes" || value == "true" || value == "on" || value == "1" || value.empty();
    what.file = file;
  }
}

setting remove_ipc(const system_root& where) {
  setting result;
  // The first of these that is there counts alone.
  for (const auto* file : {"/etc/systemd/logind.conf", "/run/systemd/logind.conf",
                           "/usr/local/lib/systemd/logind.conf", "/usr/lib/systemd/logind.conf"})
    if (where.read(file)) {
      read_into(result, where, file);
      break;
    }
  for (const auto& file : drop_ins(where))
    read_into(result, where, file);
  return result;
}

} // namespace

void check_sessions(std::vector<finding>& found, const system_root& where) {
  const auto add = [&](finding::level how, const std::string& says, const std::string& advice = "") {
    found.push_back({"remove-ipc", how, says, advice});
  };
  std::error_code none;
  // sd_booted(3).
  if (!fs::exists(where.path("/run/systemd/system"), none))
    return add(ok, "systemd does not run here, so no login session takes segments along");
  if (where.user < first_person)
    return add(ok, "systemd spares the segments of system users, as this one is");
  const auto said = remove_ipc(where);
  if (!said.yes)
    return add(ok, "systemd leaves segments alone when a user logs out (RemoveIPC=no)");
  if (!where.user_name.empty() && fs::exists(where.path("/var/lib/systemd/linger/" + where.user_name), none))
    return add(ok, "systemd counts this user as logged in all the time (linger), so nothing is removed");
  add(warning,
      "systemd removes all your segments when you log out for the last time (RemoveIPC=yes, " +
          (said.file.empty() ? "which holds when no file says otherwise" : said.file) +
          "): nodes in the background lose their arrays",
      "as root: `loginctl enable-linger " +
          (where.user_name.empty() ? std::to_string(where.user) : where.user_name) +
          "`, or RemoveIPC=no under [Login] in /etc/systemd/logind.conf.d/pinion.conf and `systemctl restart "
          "systemd-logind`; or run the node as a system service");
}

} // namespace pinion
