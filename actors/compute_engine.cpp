#include <pinion/actors/compute_engine.hpp>

#include <algorithm>
#include <ctime>
#include <exception>
#include <utility>

#include <pinion/actors/context.hpp>
#include <pinion/actors/reply_journal.hpp>
#include <pinion/actors/throw_trace.hpp>
#include <pinion/actors/wire.hpp>

namespace pinion {

namespace {

std::int64_t thread_cpu_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

} // namespace

compute_engine::compute_engine(const kernel_registry& kernels, control_page& page, std::uint32_t slot,
                               std::uint64_t incarnation, arena* results, emission_sink* emissions)
    : kernels_(kernels), page_(page), slot_(slot), incarnation_(incarnation), results_(results),
      emissions_(emissions) {}

void compute_engine::enqueue(std::string batch) {
  auto bytes = std::make_shared<const std::string>(std::move(batch));
  for (const auto& item : unpack_run(*bytes))
    waiting_.push_back({bytes, item});
}

std::string compute_engine::step() {
  std::vector<done_item> done;
  auto now = to_ns(steady_clock::now());
  const auto until = now + slice.count();
  cpu_ns_ = thread_cpu_ns();
  do {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    done.push_back(run(next.item, now));
    now = done.back().finished_ns;
    // The reply to one whose partial results are awaited is to come after those, by the link.
    if (next.item.partial)
      break;
  } while (note(page_, done.back()) && !waiting_.empty() && now < until && next_is_short());
  page_.block().running.store(0, std::memory_order_relaxed);
  return pack_done(slot_, incarnation_, emissions_ != nullptr ? emissions_->count() : 0, done);
}

bool compute_engine::next_is_short() const noexcept {
  const auto kernel = waiting_.front().item.kernel;
  return kernel < slowest_.size() && slowest_[kernel] > 0 && slowest_[kernel] < slice.count() / 2;
}

void compute_engine::drop(const std::string& segment) {
  mapper_.forget(segment);
  mapper_.prune();
}

void compute_engine::free(const arena_block& block) noexcept {
  if (results_ != nullptr)
    results_->free(block);
}

done_item compute_engine::run(const run_item& item, std::int64_t now) {
  done_item result;
  result.id = item.id;
  result.started_ns = now;
  page_.block().began_ns.store(now, std::memory_order_relaxed);
  page_.block().progress.store(0.0, std::memory_order_relaxed);
  page_.block().running.store(item.id, std::memory_order_relaxed);
  // Release, and last: a node that sees the count sees which task it counts. From here on the task has begun.
  page_.block().begun.fetch_add(1, std::memory_order_release);
  const registered_kernel* what = nullptr;
  context here(item.id, &page_.block().stop, &page_.block().progress, results_,
               item.partial ? emissions_ : nullptr);
  const throw_watch watch;
  try {
    const auto known = kernels_.kernels();
    if (item.kernel >= known.size())
      throw task_error(actor_errc::unknown_kernel, "the worker has no kernel " + std::to_string(item.kernel));
    what = &known[item.kernel];
    if (now >= item.deadline_ns)
      throw task_error(actor_errc::deadline_passed,
                       what->name + ": its deadline had passed when its turn came");
    here.throw_if_stopped(); // withdrawn while it waited here
    unpack_arguments(item.arguments, arguments_);
    result.payload = pack_result(what->invoke(arguments_, mapper_, here, &where_));
    result.block = here.handed_over();
    if (result.payload.size() > largest_message)
      throw task_error(actor_errc::kernel_failed, what->name + ": its result takes " +
                                                      readable_size(result.payload.size()) + ", at most " +
                                                      readable_size(largest_message) +
                                                      " travel back; write what is large into an array");
  } catch (...) {
    const auto thrown = std::current_exception();
    auto why = failure_of(what != nullptr ? what->name : "task", thrown);
    if (!why.type.empty())
      why.trace = trace_of(watch, thrown);
    result.code = static_cast<std::uint32_t>(why.code);
    result.payload = pack_failure(why);
    // Its result was passed on and then could not be told.
    if (here.handed_over())
      free(*here.handed_over());
    result.block.reset();
  }
  where_.clear();
  result.finished_ns = to_ns(steady_clock::now());
  if (what != nullptr) {
    if (item.kernel >= slowest_.size())
      slowest_.resize(item.kernel + 1, 0);
    // A slow run is remembered, and forgotten over the next ones.
    auto& slowest = slowest_[item.kernel];
    slowest = std::max({result.finished_ns - now, slowest - slowest / 16, std::int64_t{1}});
  }
  const auto cpu = thread_cpu_ns();
  result.cpu_ns = cpu - std::exchange(cpu_ns_, cpu);
  return result;
}

} // namespace pinion
