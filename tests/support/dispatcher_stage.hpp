#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pinion/actors/dispatcher_engine.hpp>
#include <pinion/actors/wire.hpp>
#include <pinion/shm/error.hpp>

namespace pinion::test {

using namespace std::chrono_literals;

inline constexpr auto start_of_time = time_point{1000s};

/// A world of workers that do what the test says: batches land in lists, begun counts are set by hand.
struct workers_by_hand final : worker_port {
  struct sent {
    std::uint32_t slot;
    std::vector<std::uint64_t> tasks;
  };
  void run(std::uint32_t slot, std::string batch) override {
    sent one{slot, {}};
    for (const auto& item : unpack_run(batch))
      one.tasks.push_back(item.id);
    batches.push_back(one);
  }
  void ask_to_stop(std::uint32_t slot, std::uint64_t task) override { stops.emplace_back(slot, task); }
  void kill(std::uint32_t slot, std::uint64_t incarnation, const std::string&) override {
    kills.emplace_back(slot, incarnation);
  }
  void dismiss(std::uint32_t slot, std::uint64_t incarnation, bool again, const std::string& why) override {
    sent_home.push_back({slot, incarnation, again, why});
  }
  void call_in(std::uint32_t slot) override { called_in.push_back(slot); }
  void post(std::uint32_t slot, std::uint32_t place) override { places[slot] = place; }
  void resize(std::size_t workers, std::size_t) override { size = workers; }
  std::uint64_t begun(std::uint32_t slot) const override {
    const auto at = begun_.find(slot);
    return at == begun_.end() ? 0 : at->second;
  }
  std::uint64_t running(std::uint32_t slot) const override {
    const auto at = at_hand.find(slot);
    return at == at_hand.end() ? 0 : at->second;
  }
  std::vector<done_item> finished(std::uint32_t slot) override { return std::exchange(noted[slot], {}); }

  std::shared_ptr<const origin> take_over(std::uint32_t, const arena_block& block,
                                          stored_array facts) override {
    labels.push_back(facts.label + " " + describe(facts.type, facts.shape));
    if (block.offset == 0)
      raise(shm_errc::bad_reference, "no block lies there");
    ++taken_over;
    return std::make_shared<origin>();
  }
  array_fault fault(std::uint32_t slot) const override {
    const auto at = faults.find(slot);
    return at == faults.end() ? array_fault{} : at->second;
  }

  struct farewell {
    std::uint32_t slot;
    std::uint64_t incarnation;
    bool again;
    std::string why;
  };
  std::vector<farewell> sent_home;
  std::vector<std::uint32_t> called_in;
  std::map<std::uint32_t, std::uint32_t> places;
  std::size_t size = 0;
  int taken_over = 0;
  std::vector<std::string> labels; ///< what was said of the blocks that were taken over
  std::map<std::uint32_t, array_fault> faults;
  std::map<std::uint32_t, std::uint64_t> at_hand;
  std::map<std::uint32_t, std::vector<done_item>> noted;
  std::vector<sent> batches;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> stops;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> kills;
  std::map<std::uint32_t, std::uint64_t> begun_;
};

/// The vocabulary of the stories below.
struct stage {
  explicit stage(std::size_t slots, std::size_t max_queue = 1000) {
    dispatcher_engine::limits limits;
    limits.workers.workers = slots;
    limits.room.tasks = max_queue;
    limits.grace = 1s;
    engine = std::make_unique<dispatcher_engine>(world, limits);
  }
  explicit stage(const dispatcher_engine::limits& limits)
      : engine(std::make_unique<dispatcher_engine>(world, limits)) {}

  /// Tasks without an answer get theirs now, while there is a list for it.
  ~stage() {
    engine.reset();
    tasks.clear();
  }

  void comes_up(std::uint32_t slot) {
    incarnations[slot] = ++last_incarnation;
    worker_event event;
    event.slot = slot;
    event.incarnation = last_incarnation;
    event.pid = 1000 + static_cast<pid_t>(last_incarnation);
    engine->started(event);
    world.begun_[slot] = 0;
    world.noted[slot].clear();
    engine->ready(slot, last_incarnation, now);
  }

  /// It was sent home, and has gone.
  void goes(std::uint32_t slot, bool again) {
    auto event = event_of(slot, "as it was told");
    event.what = again ? worker_event::kind::ended : worker_event::kind::rested;
    again ? engine->ended(event, now) : engine->rested(event, now);
  }

  void dies(std::uint32_t slot, const std::string& cause = "killed by signal 9 (SIGKILL)") {
    engine->ended(event_of(slot, cause), now);
  }

  void is_given_up(std::uint32_t slot, const std::string& cause) {
    engine->given_up(event_of(slot, cause), now);
  }

  worker_event event_of(std::uint32_t slot, const std::string& cause) {
    worker_event event;
    event.what = worker_event::kind::ended;
    event.slot = slot;
    event.incarnation = incarnations[slot];
    event.cause = cause;
    return event;
  }

  /// Cells first to last of the one array that all tasks share, ten elements a cell.
  struct cells {
    std::int64_t first = 0;
    std::int64_t last = 0;
    bool write = false;
  };

  /// With something done to the task before it is submitted.
  std::uint64_t ask_with(const std::function<void(task&)>& prepare) { return ask({}, 0, {}, prepare); }

  /// Returns the task's number.
  std::uint64_t ask(task_options options = {}, std::uint32_t kernel = 0, const std::vector<cells>& on = {},
                    const std::function<void(task&)>& prepare = {}) {
    auto what = std::make_shared<task>();
    what->kernel = kernel;
    what->kernel_name = "work";
    std::vector<argument> arguments;
    for (const auto& each : on) {
      const array_ref ref{"/x", 7, 4096 + static_cast<std::uint64_t>(each.first) * 80, dtype::float64,
                          c_order({(each.last - each.first + 1) * 10})};
      what->needs().claims.push_back(
          {stretch_of(ref), each.write ? pinion::access::write : pinion::access::read});
      what->needs().claimed.push_back(static_cast<std::uint8_t>(arguments.size()));
      arguments.emplace_back(ref);
    }
    what->arguments = pack_arguments(arguments);
    what->options = options;
    if (options.timeout)
      what->deadline = after(now, *options.timeout);
    const auto number = ++last_task;
    what->tell([this, number](outcome&& o) {
      CHECK_MESSAGE(!answers.contains(number), "task " << number << " was answered twice");
      answers.emplace(number, std::move(o));
    });
    if (prepare)
      prepare(*what);
    tasks.push_back(what);
    engine->submit(std::move(what), now);
    return number;
  }

  std::uint64_t ask_on(const std::vector<cells>& on, task_options options = {}) {
    return ask(options, 0, on);
  }

  void takes_back(std::uint64_t task) { engine->withdraw(tasks.at(task - 1), now); }

  void answers_with(std::uint32_t slot, std::uint64_t task, std::int64_t result,
                    std::chrono::nanoseconds took = 1ms) {
    done_items items{slot, incarnations[slot], {}};
    done_item item;
    item.id = task;
    item.started_ns = to_ns(now);
    item.finished_ns = to_ns(now) + took.count();
    item.payload = pack_result(argument(result));
    items.items.push_back(item);
    engine->done(std::move(items), now);
  }

  bool answered(std::uint64_t task) const { return answers.contains(task); }
  std::int64_t result_of(std::uint64_t task) {
    return std::get<std::int64_t>(std::get<argument>(answers.at(task).result));
  }
  const failure& why(std::uint64_t task) { return std::get<failure>(answers.at(task).result); }

  workers_by_hand world;
  std::unique_ptr<dispatcher_engine> engine;
  std::vector<task_ptr> tasks;
  std::map<std::uint64_t, outcome> answers;
  std::map<std::uint32_t, std::uint64_t> incarnations;
  std::uint64_t last_incarnation = 0;
  std::uint64_t last_task = 0;
  time_point now = start_of_time;
};

inline task_options within(std::chrono::nanoseconds span) {
  task_options result;
  result.timeout = span;
  return result;
}

inline task_options may_run_again() {
  task_options result;
  result.idempotent = true;
  return result;
}

} // namespace pinion::test
