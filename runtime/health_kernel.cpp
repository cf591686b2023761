// Checks of what the kernel gives: kernel, proc, huge-pages.
#include <pinion/runtime/health_check.hpp>

#include <cstdio>
#include <tuple>

namespace pinion {

namespace {

using enum finding::level;

void check_release(std::vector<finding>& found, const system_root& where) {
  const auto text = where.read("/proc/sys/kernel/osrelease").value_or("");
  int major = 0;
  int minor = 0;
  if (std::sscanf(text.c_str(), "%d.%d", &major, &minor) != 2) {
    found.push_back({"kernel", warning, "the release of the kernel cannot be told", "see the check `proc`"});
    return;
  }
  const auto release = std::tuple(major, minor);
  const auto says = "Linux " + text;
  if (release < std::tuple(5, 3))
    found.push_back({"kernel", problem, says + " has no pidfd_open, by which workers are watched",
                     "use Linux 5.14 or later; 5.3 is the least"});
  else if (release < std::tuple(5, 14))
    found.push_back({"kernel", warning,
                     says + " cannot make pages ready for writing (MADV_POPULATE_WRITE): large "
                            "arrays are slower to make",
                     "use Linux 5.14 or later"});
  else
    found.push_back({"kernel", ok, says, ""});
}

void check_proc(std::vector<finding>& found, const system_root& where) {
  if (!where.read("/proc/self/stat"))
    found.push_back({"proc", problem, "/proc cannot be read: segments cannot be named after their owners",
                     "`mount -t proc proc /proc` as root"});
  else if (!where.read("/proc/sys/kernel/random/boot_id"))
    found.push_back({"proc", warning, "the boot id cannot be read: owners of an earlier boot count as alive",
                     "let /proc/sys be seen here"});
  else
    found.push_back({"proc", ok, "/proc tells who lives", ""});
}

void check_huge_pages(std::vector<finding>& found, const system_root& where) {
  constexpr auto file = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";
  const auto text = where.read(file);
  const auto chosen = [&] {
    const auto open = text ? text->find('[') : std::string::npos;
    const auto close = text ? text->find(']') : std::string::npos;
    return open < close && close != std::string::npos ? text->substr(open + 1, close - open - 1)
                                                      : std::string();
  }();
  const std::string cost = "large arrays are slower to make and to walk across";
  if (!text)
    found.push_back({"huge-pages", warning, "this kernel has no huge pages for shared memory: " + cost,
                     "use a kernel with CONFIG_TRANSPARENT_HUGEPAGE; nothing is wrong without"});
  else if (chosen == "never" || chosen == "deny" || chosen.empty())
    found.push_back(
        {"huge-pages", warning,
         "huge pages for shared memory are off (" + (chosen.empty() ? *text : chosen) + "): " + cost,
         "`echo advise > " + std::string(file) + "` as root; nothing is wrong without"});
  else
    found.push_back({"huge-pages", ok, "huge pages for shared memory: " + chosen, ""});
}

} // namespace

void check_kernel(std::vector<finding>& found, const system_root& where) {
  check_release(found, where);
  check_proc(found, where);
  check_huge_pages(found, where);
}

} // namespace pinion
