#include <pinion/actors/worker_table.hpp>

#include <algorithm>
#include <utility>

namespace pinion {

namespace {

// A kernel that was never measured counts as long, so nothing waits behind it.
constexpr double unknown_ns = worker_table::window_ns;

// Weight of the newest measurement in a kernel's mean.
constexpr double newest = 0.2;

constexpr std::size_t most_bytes = std::size_t{1} << 20U;

} // namespace

const char* name_of(worker_status::state what) noexcept {
  switch (what) {
  case worker_status::state::starting:
    return "starting";
  case worker_status::state::idle:
    return "idle";
  case worker_status::state::busy:
    return "busy";
  case worker_status::state::gone:
    return "gone";
  case worker_status::state::given_up:
    return "given up";
  case worker_status::state::resting:
    return "resting";
  }
  return "?";
}

const char* name_of(worker_status::duty what) noexcept {
  switch (what) {
  case worker_status::duty::active:
    return "active";
  case worker_status::duty::spare:
    return "spare";
  case worker_status::duty::leaving:
    return "leaving";
  }
  return "?";
}

const char* name_of(pool_phase what) noexcept {
  switch (what) {
  case pool_phase::open:
    return "open";
  case pool_phase::paused:
    return "paused";
  case pool_phase::draining:
    return "draining";
  }
  return "?";
}

void worker_table::grow(std::size_t slots) {
  while (entries_.size() < slots)
    entries_.emplace_back().own = task_queue(ageing_);
}

bool worker_table::has_credit(const worker_entry& who, time_point now) const noexcept {
  if (!who.ready() || who.dismissed || (who.as == worker_status::duty::leaving && who.come_back))
    return false;
  if (who.outstanding.empty())
    return true;
  if (most_given_ > 0 && who.given >= most_given_)
    return false;
  // One that takes longer than its kernel's mean promised holds up whatever is put behind it.
  const auto at_it = static_cast<double>(to_ns(now) - to_ns(who.busy_since));
  return who.expected_ns < window_ns && at_it < window_ns && who.outstanding.size() < most_outstanding &&
         who.bytes < most_bytes;
}

worker_entry* worker_table::least_loaded(time_point now) {
  worker_entry* best = nullptr;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto& candidate = entries_[(turn_ + i) % entries_.size()];
    if (candidate.as == worker_status::duty::active && has_credit(candidate, now) &&
        (best == nullptr || candidate.expected_ns < best->expected_ns))
      best = &candidate;
  }
  if (best != nullptr)
    turn_ = slot_of(*best) + 1;
  return best;
}

void worker_table::charge(worker_entry& who, task_ptr what, time_point now) {
  if (who.outstanding.empty())
    who.busy_since = now;
  who.bytes += what->arguments.size();
  who.expected_ns += expected_ns(what->kernel);
  ++who.given;
  who.outstanding.push_back(std::move(what));
  who.now = worker_status::state::busy;
}

void worker_table::discharge(worker_entry& who, const task& what, time_point now) {
  who.expected_ns = who.outstanding.empty() ? 0 : std::max(0.0, who.expected_ns - expected_ns(what.kernel));
  who.bytes -= std::min(who.bytes, what.arguments.size());
  who.busy_since = now;
}

void worker_table::learn(std::uint32_t kernel, double run_ns) {
  if (kernel >= means_.size())
    means_.resize(kernel + 1, 0.0);
  auto& mean = means_[kernel];
  mean = mean <= 0.0 ? std::max(run_ns, 1.0) : mean + newest * (run_ns - mean);
}

double worker_table::expected_ns(std::uint32_t kernel) const noexcept {
  return kernel < means_.size() && means_[kernel] > 0.0 ? means_[kernel] : unknown_ns;
}

bool worker_table::hopeless() const noexcept {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const auto& e) { return e.now == worker_status::state::given_up; });
}

} // namespace pinion
