#include <pinion/runtime/http/porter.hpp>

#include <algorithm>
#include <csignal>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <pinion/runtime/error.hpp>

namespace pinion::http {

porter::porter() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_)
    raise(runtime_errc::system_refused,
          "no eventfd for the bodies of an HTTP server; raise the limit on open files (ulimit -n)");
}

porter::~porter() { stop(); }

void porter::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

// With mutex_ held.
void porter::start() {
  if (!thread_.joinable())
    thread_ = std::thread([this] { work(); });
}

std::uint64_t porter::take(std::unique_ptr<haul> what) {
  const std::lock_guard lock(mutex_);
  if (ending_)
    return 0;
  start();
  fresh_.emplace_back(++last_, std::move(what));
  wake();
  return last_;
}

void porter::drop(std::uint64_t which) {
  const std::lock_guard lock(mutex_);
  if (ending_)
    return;
  dropped_.push_back(which);
  wake();
}

void porter::run(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (ending_)
    return;
  start();
  jobs_.push_back(std::move(job));
  wake();
}

void porter::stop() {
  std::thread ours;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    wake();
    ours = std::move(thread_);
  }
  if (ours.joinable())
    ours.join();
}

// -- the porter's thread ----------------------------------------------------------

void porter::work() {
  // Signals are the program's; this thread must not be their victim.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (fetch()) {
    const auto now = steady_clock::now();
    for (const auto which : std::exchange(ready_, {})) {
      const auto at = hauls_.find(which);
      if (at != hauls_.end() && !at->second->go_on(now))
        hauls_.erase(at);
    }
    for (auto at = hauls_.begin(); at != hauls_.end();) {
      const bool late = now >= at->second->deadline();
      if (late)
        at->second->late();
      at = late ? hauls_.erase(at) : std::next(at);
    }
    wait(upkeep_ ? upkeep_(now) : never);
  }
  hauls_.clear();
}

// What others want of it. False: it is to end.
bool porter::fetch() {
  decltype(jobs_) jobs;
  decltype(fresh_) fresh;
  decltype(dropped_) dropped;
  bool ending = false;
  {
    const std::lock_guard lock(mutex_);
    jobs.swap(jobs_);
    fresh.swap(fresh_);
    dropped.swap(dropped_);
    ending = ending_;
  }
  if (ending)
    return false;
  for (auto& [which, what] : fresh) {
    hauls_.emplace(which, std::move(what));
    ready_.push_back(which); // some of it lies there already
  }
  for (const auto which : dropped)
    hauls_.erase(which);
  for (const auto& job : jobs) {
    try {
      job();
    } catch (...) {
      // What it was to answer is answered when it goes (exchange); the others are not to suffer.
    }
  }
  return true;
}

// For a socket that is ready, a deadline, or news.
void porter::wait(time_point until) {
  std::vector<pollfd> looks{{wake_.get(), POLLIN, 0}};
  std::vector<std::uint64_t> whose{0};
  for (const auto& [which, what] : hauls_) {
    looks.push_back({what->socket(), static_cast<short>(what->incoming() ? POLLIN : POLLOUT), 0});
    whose.push_back(which);
    until = std::min(until, what->deadline());
  }
  const auto now = steady_clock::now();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::max(until, now) - now).count();
  constexpr std::int64_t longest = 60'000;
  ::poll(looks.data(), looks.size(), until == never ? -1 : static_cast<int>(std::min(left, longest)));
  if (looks[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
  }
  for (std::size_t i = 1; i < looks.size(); ++i)
    if (looks[i].revents != 0)
      ready_.push_back(whose[i]);
}

} // namespace pinion::http
