#include <pinion/runtime/affinity.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include <sched.h>

namespace pinion {

namespace {

// The kernel refuses a set smaller than its own, which may exceed the 1024 of cpu_set_t.
constexpr int most_processors = 16384;

struct free_set {
  void operator()(cpu_set_t* set) const noexcept { CPU_FREE(set); }
};

using set_ptr = std::unique_ptr<cpu_set_t, free_set>;

} // namespace

std::vector<int> allowed_processors() {
  std::vector<int> result;
  const set_ptr set(CPU_ALLOC(most_processors));
  const auto size = CPU_ALLOC_SIZE(most_processors);
  CPU_ZERO_S(size, set.get());
  if (set && ::sched_getaffinity(0, size, set.get()) == 0)
    for (int i = 0; i < most_processors; ++i)
      if (CPU_ISSET_S(static_cast<std::size_t>(i), size, set.get()))
        result.push_back(i);
  if (result.empty())
    result.push_back(0);
  return result;
}

namespace {

bool pin(pid_t thread, const std::vector<int>& processors) noexcept {
  const set_ptr set(CPU_ALLOC(most_processors));
  const auto size = CPU_ALLOC_SIZE(most_processors);
  if (!set)
    return false;
  CPU_ZERO_S(size, set.get());
  for (const auto each : processors)
    CPU_SET_S(static_cast<std::size_t>(each), size, set.get());
  return ::sched_setaffinity(thread, size, set.get()) == 0;
}

} // namespace

bool pin_this_thread(const std::vector<int>& processors) noexcept { return pin(0, processors); }

bool pin_process(pid_t process, const std::vector<int>& processors) {
  std::error_code gone;
  bool done = false;
  for (const auto& each :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", gone)) {
    pid_t thread = 0;
    const auto name = each.path().filename().string();
    if (std::from_chars(name.data(), name.data() + name.size(), thread).ec == std::errc{})
      done = pin(thread, processors) || done;
  }
  return done;
}

namespace {

// Where the I/O thread runs: on what the workers leave, if they leave anything.
void add_io(placement& result, const std::vector<int>& all) {
  auto users = [&](int processor) {
    return std::count_if(result.workers.begin(), result.workers.end(),
                         [&](const auto& w) { return std::find(w.begin(), w.end(), processor) != w.end(); });
  };
  for (const auto each : all)
    if (users(each) == 0)
      result.io.push_back(each);
  result.io_alone = !result.io.empty();
  if (!result.io_alone)
    result.io = all;
  for (const auto& mine : result.workers)
    result.alone.push_back(result.io_alone && std::all_of(mine.begin(), mine.end(), [&](int processor) {
                             return users(processor) == 1;
                           }));
}

} // namespace

placement place(std::size_t workers, const std::vector<int>& processors, const std::vector<int>& all) {
  placement result;
  const auto& pool = processors.empty() ? all : processors;
  const auto count = workers == 0 ? pool.size() : workers;
  // With fewer workers than processors each gets an equal share; what does not divide is left over.
  const auto share = std::max<std::size_t>(1, count == 0 ? 1 : pool.size() / count);
  // One processor a worker: a kernel has one thread unless it says otherwise, and then the operator says
  // where.
  const auto width = processors.empty() ? std::size_t{1} : share;
  for (std::size_t slot = 0; slot < count; ++slot) {
    std::vector<int> mine;
    for (std::size_t i = 0; i < width; ++i)
      mine.push_back(pool[(pool.size() - 1 - (slot * width + i) % pool.size())]);
    std::sort(mine.begin(), mine.end());
    result.workers.push_back(std::move(mine));
  }
  add_io(result, all);
  return result;
}

placement place_in_groups(std::size_t workers, const std::vector<std::vector<int>>& groups,
                          const std::vector<int>& all) {
  placement result;
  const auto count = workers == 0 ? groups.size() : workers;
  for (std::size_t slot = 0; slot < count; ++slot)
    result.workers.push_back(groups[groups.size() - 1 - slot % groups.size()]);
  add_io(result, all);
  return result;
}

} // namespace pinion
