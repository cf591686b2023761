#include <cmath>
#include <cstring>
#include <deque>

#include <unistd.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/runtime/scenario/interruption.hpp>
#include <pinion/runtime/scenario/play_step.hpp>
#include <pinion/runtime/scenario/resident_memory.hpp>
#include <pinion/runtime/scenario/run_here.hpp>
#include <pinion/runtime/scenario/worker_watch.hpp>

namespace pinion::scenario {
namespace {

using clock = std::chrono::steady_clock;
using replies = std::deque<future<argument>>;

double since(clock::time_point begin) { return std::chrono::duration<double>(clock::now() - begin).count(); }

// One array on its way to some workers.
class spreading {
public:
  spreading(const step& which, const spread_step& what, const stage& on)
      : which_(which), what_(what), on_(on), whole_(on.arrays.at(what.array).view()),
        bytes_(byte_count(whole_.shape(), whole_.type)) {
    if (bytes_ == 0)
      fail(which_.where, "array '" + what_.array + "' has no elements");
    if (what_.workers > on_.host.status().workers.size())
      fail(which_.where, "the node has " + std::to_string(on_.host.status().workers.size()) +
                             " workers, not " + std::to_string(what_.workers) + ": see 'workers' in [node]");
    if (!what_.shared)
      check_copies();
    hold(holds_, whole_);
  }

  void play() {
    // What the workers must find: computed in this process, whose pages are touched by that as well.
    const double wanted = compute_here();
    refresh_workers();
    begin_ = clock::now();
    what_.shared ? touch_one_element() : send_chunks();
    on_.measure(which_.name + ".readable_s", since(begin_));
    const auto sums = compute_there();
    on_.measure(which_.name + ".total_s", since(begin_));
    measure_memory();
    bool is_correct = true;
    for (double sum : sums)
      is_correct = is_correct && std::abs(sum - wanted) <= 1e-9 * std::max(1.0, std::abs(wanted));
    on_.measure(which_.name + ".correct", is_correct ? 1 : 0);
    if (!what_.shared)
      drop_copies();
  }

private:
  void check_copies() const {
    if (whole_.type != dtype::float64 || !contiguous(whole_.lay))
      fail(which_.where, "inbox_sum, which sums copies, takes contiguous float64 arrays, and '" +
                             what_.array + "' is none");
    const auto needed = what_.workers * bytes_;
    const auto free = available_memory();
    if (free && *free < needed)
      raise(runtime_errc::system_refused,
            to_string(which_.where) + ": copies for " + std::to_string(what_.workers) + " workers need " +
                bytes_text(static_cast<double>(needed)) + " of memory, and " +
                bytes_text(static_cast<double>(*free)) + " are free; play it with a smaller array (--set)");
  }

  static double as_number(const argument& value) { return from_argument<double>(value); }

  double compute_here() const {
    prepared_request request;
    request.kernel = what_.kernel;
    request.args = {argument(whole_.ref())};
    request.body = &on_.host.kernels().resolve(what_.kernel, std::span<const argument>(request.args));
    mapper maps;
    context alone;
    argument result;
    const auto done = run_here(request, maps, alone, &result);
    if (!done.is_result)
      fail(which_.where, done.error);
    return as_number(result);
  }

  // Fresh processes have nothing mapped and nothing kept, whatever was played before.
  void refresh_workers() const {
    on_.line.show(on_.where + ": fresh workers", true);
    const worker_watch workers(on_.host);
    const auto places = on_.host.status().workers.size();
    for (std::uint32_t slot = 0; slot < places; ++slot)
      on_.host.signal_worker(slot, SIGKILL);
    if (!workers.settle(places))
      raise(runtime_errc::system_refused,
            to_string(which_.where) + ": the workers could not be replaced in 10 s");
  }

  future<argument> submit(std::size_t slot, const std::string& kernel, const std::vector<argument>& args) {
    task_options options;
    options.worker = static_cast<int>(slot);
    return on_.host.submit_packed(options, kernel, args, holds_);
  }

  argument wait(const future<argument>& reply) {
    while (!reply.wait_for(std::chrono::milliseconds(50))) {
      interruption::check();
      on_.line.show(on_.where + ": " + progress_ + ", " + seconds_text(since(begin_)));
    }
    return reply.get();
  }

  std::vector<argument> ask_all(const std::string& kernel, const std::vector<argument>& args) {
    replies due;
    for (std::size_t slot = 0; slot < what_.workers; ++slot)
      due.push_back(submit(slot, kernel, args));
    std::vector<argument> out;
    for (const auto& reply : due)
      out.push_back(wait(reply));
    return out;
  }

  void touch_one_element() {
    progress_ = "first element";
    any_view first = whole_;
    for (std::size_t axis = 0; axis < first.rank(); ++axis)
      first.lay.shape[axis] = 1;
    ask_all(what_.kernel, {argument(first.ref())});
  }

  // To all workers in turn, and to each no more ahead of its answers than was agreed.
  void send_chunks() {
    std::vector<replies> due(what_.workers);
    for (std::size_t at = 0; at < bytes_; at += what_.chunk) {
      const auto size = std::min(what_.chunk, bytes_ - at);
      const std::string text(static_cast<const char*>(whole_.data) + at, size);
      progress_ =
          bytes_text(static_cast<double>(at)) + " of " + bytes_text(static_cast<double>(bytes_)) + " sent";
      on_.line.show(on_.where + ": " + progress_ + ", " + seconds_text(since(begin_)));
      interruption::check();
      for (std::size_t slot = 0; slot < what_.workers; ++slot) {
        if (due[slot].size() >= what_.in_flight) {
          wait(due[slot].front());
          due[slot].pop_front();
        }
        due[slot].push_back(submit(slot, "inbox_put",
                                   {argument(which_.name), argument(static_cast<std::int64_t>(bytes_)),
                                    argument(static_cast<std::int64_t>(at)), argument(text)}));
      }
    }
    for (auto& one : due) {
      for (const auto& reply : one)
        wait(reply);
    }
  }

  std::vector<double> compute_there() {
    progress_ = "computing";
    std::vector<double> out;
    for (const auto& one : what_.shared ? ask_all(what_.kernel, {argument(whole_.ref())})
                                        : ask_all("inbox_sum", {argument(which_.name)}))
      out.push_back(as_number(one));
    return out;
  }

  void drop_copies() { ask_all("inbox_drop", {argument(which_.name)}); }

  void measure_memory() const {
    const auto processes = processes_of(on_.host);
    std::size_t sum = 0;
    for (pid_t pid : processes)
      sum += proportional_memory(pid).value_or(0);
    on_.measure(which_.name + ".array_bytes", static_cast<double>(bytes_));
    on_.measure(which_.name + ".pss_bytes", static_cast<double>(sum));
    on_.measure(which_.name + ".pss_ratio", static_cast<double>(sum) / static_cast<double>(bytes_));
    on_.measure(which_.name + ".processes", static_cast<double>(processes.size()));
  }

  const step& which_;
  const spread_step& what_;
  const stage& on_;
  const any_view whole_;
  const std::size_t bytes_;
  hold_list holds_;
  clock::time_point begin_{};
  std::string progress_;
};

} // namespace

void play_spread(const step& which, const spread_step& what, const stage& on) {
  spreading(which, what, on).play();
}

} // namespace pinion::scenario
