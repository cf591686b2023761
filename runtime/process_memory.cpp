#include <pinion/runtime/process_memory.hpp>

#include <algorithm>
#include <fstream>
#include <string>

#include <unistd.h>

namespace pinion {

std::size_t own_memory_of(pid_t process) {
  std::ifstream facts("/proc/" + std::to_string(process) + "/statm");
  std::size_t whole = 0;
  std::size_t resident = 0;
  std::size_t shared = 0;
  if (!(facts >> whole >> resident >> shared))
    return 0;
  return (resident - std::min(resident, shared)) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t data_size_of_this_process() {
  std::ifstream facts("/proc/self/status");
  for (std::string line; std::getline(facts, line);)
    if (line.starts_with("VmData:"))
      return std::stoull(line.substr(line.find_first_of("0123456789"))) * 1024;
  return 0;
}

} // namespace pinion
