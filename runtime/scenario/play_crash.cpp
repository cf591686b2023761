#include <exception>

#include <sys/wait.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/crash_outcome.hpp>
#include <pinion/runtime/scenario/interruption.hpp>
#include <pinion/runtime/scenario/part_process.hpp>
#include <pinion/runtime/scenario/play_step.hpp>
#include <pinion/shm/sweep.hpp>

namespace pinion::scenario {
namespace {

using clock = std::chrono::steady_clock;

// A process from which nothing was heard for so long hangs: what it owes is lost.
constexpr std::chrono::seconds patience{30};
constexpr std::chrono::seconds farewell{10};

// A process that crashed, or was killed, could not put its segments away. Destroyed after it, on every path.
struct segment_sweep {
  ~segment_sweep() {
    try {
      sweep_dead_owners();
    } catch (const std::exception&) { // the next node sweeps again
    }
  }
};

class part_listener {
public:
  part_listener(const step& which, const crash_step& what, const stage& on)
      : which_(which), what_(what), on_(on) {}

  crash_outcome play() {
    part_.send("step " + which_.name);
    for (const auto& setting : on_.text.set.entries()) {
      if (!setting.how.kernel.empty())
        part_.send("measured " + setting.name + " " + to_text(setting.value));
    }
    part_.send("begin");
    listen();
    finish();
    return found_;
  }

private:
  void listen() {
    auto end = clock::now() + patience;
    for (std::string line; clock::now() < end;) {
      interruption::check();
      const auto heard = part_.receive(line, clock::now() + std::chrono::milliseconds(50));
      if (heard == part_process::heard::end)
        return;
      if (heard == part_process::heard::line) {
        take(line);
        end = clock::now() + patience;
      }
      on_.line.show(on_.where + ": " + std::to_string(found_.results + found_.errors) + " of " +
                    std::to_string(what_.count) + " answered");
    }
    found_.hung = true;
  }

  void take(const std::string& line) {
    if (line == "ready") {
      is_ready_ = true;
    } else if (line == "result") {
      ++found_.results;
    } else if (line.starts_with("error ")) {
      if (found_.errors++ == 0)
        found_.first_error = line.substr(6);
    } else if (line.starts_with("restarts ")) {
      found_.restarts = static_cast<std::size_t>(std::stoul(line.substr(9)));
    } else if (line == "done") {
      is_done_ = true;
    } else if (line.starts_with("failed ")) {
      refuse(line.substr(7));
    }
  }

  void finish() {
    const int status = part_.wait_for_end(clock::now() + (found_.hung ? std::chrono::seconds(0) : farewell));
    interruption::check();
    if (!is_ready_)
      refuse((found_.hung ? "never began: " : "ended before it began: ") + part_.printed());
    found_.node_died = !is_done_ && !found_.hung;
    if (found_.node_died && WIFSIGNALED(status))
      found_.signal = WTERMSIG(status);
    else if (found_.node_died)
      found_.exit_code = WEXITSTATUS(status);
  }

  [[noreturn]] void refuse(const std::string& why) const {
    raise(runtime_errc::system_refused, to_string(which_.where) + ": the process for this crash " + why);
  }

  const step& which_;
  const crash_step& what_;
  const stage& on_;
  segment_sweep sweep_;
  part_process part_;
  crash_outcome found_;
  bool is_ready_ = false;
  bool is_done_ = false;
};

} // namespace

void play_crash(const step& which, const crash_step& what, const stage& on) {
  // What cannot be asked is found here, with its line, and not in the other process.
  prepare_request(what.request, on.text.set, nullptr, on.host.kernels());
  prepare_request(what.crash, on.text.set, nullptr, on.host.kernels());
  const auto found = part_listener(which, what, on).play();
  on.measure(which.name + ".results", static_cast<double>(found.results));
  on.measure(which.name + ".errors", static_cast<double>(found.errors));
  on.measure(which.name + ".lost", static_cast<double>(what.count - found.results - found.errors));
  on.measure(which.name + ".node_died", found.node_died ? 1 : 0);
  on.measure(which.name + ".signal", found.signal);
  on.measure(which.name + ".restarts", static_cast<double>(found.restarts));
  on.notes.remarks[which.name] = told_of(found, what.count);
}

} // namespace pinion::scenario
