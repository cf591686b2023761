#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/plugin.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/runtime/scenario/interruption.hpp>
#include <pinion/runtime/scenario/node_config.hpp>
#include <pinion/runtime/scenario/play_step.hpp>
#include <pinion/runtime/scenario/player.hpp>
#include <pinion/runtime/scenario/processor_time.hpp>
#include <pinion/runtime/scenario/run_here.hpp>

namespace pinion::scenario {
namespace {

// Kernel names are checked before arrays are filled and anything is measured.
void check_kernel(const std::string& name, const mark& where, const kernel_registry& kernels) {
  if (!kernels.overloads(name).empty())
    return;
  std::vector<std::string_view> known;
  for (const auto& one : kernels.kernels()) {
    if (known.empty() || known.back() != one.name)
      known.emplace_back(one.name);
  }
  fail_unknown(where, "no kernel is named '" + name + "'", name, known);
}

void check_kernels(const script& what, const kernel_registry& kernels) {
  for (const auto& one : what.set.to_measure())
    check_kernel(one.kernel, one.where, kernels);
  for (const auto& one : what.steps) {
    if (const auto* burst = std::get_if<burst_step>(&one.what)) {
      check_kernel(burst->request.kernel, burst->request.where, kernels);
    } else if (const auto* crash = std::get_if<crash_step>(&one.what)) {
      check_kernel(crash->request.kernel, crash->request.where, kernels);
      check_kernel(crash->crash.kernel, crash->crash.where, kernels);
    } else if (const auto* spread = std::get_if<spread_step>(&one.what)) {
      check_kernel(spread->kernel, one.where, kernels);
    }
  }
}

void measure_settings(script& what, const node& host, record& notes, progress& line) {
  for (const auto& one : what.set.to_measure()) {
    mapper maps;
    context alone;
    double last = 0;
    auto cost = [&](std::int64_t number) {
      interruption::check();
      line.show("measuring $" + one.name + ": " + one.kernel + "(" + std::to_string(number) + ")", true);
      const request_spec spec{one.kernel, {{scalar(number)}}, one.where, {}};
      const auto done = run_here(prepare_request(spec, what.set, nullptr, host.kernels()), maps, alone);
      if (!done.is_result)
        fail(one.where, done.error);
      return last = done.cpu_seconds;
    };
    const auto value = calibrate(one, cost);
    what.set.measured(one.name, value);
    notes.facts.push_back(one.name + " = " + std::to_string(value) + " (" + one.kernel + "(" +
                          std::to_string(value) + ") was to take about " + seconds_text(one.seconds) + ")");
  }
}

// Against the burst that computes inline, or the first one where none does.
void note_speedups(const script& what, record& notes) {
  std::optional<double> base;
  for (const auto& one : what.steps) {
    const auto* burst = std::get_if<burst_step>(&one.what);
    const auto total = burst ? notes.measured.find(one.name + ".total_s") : std::nullopt;
    if (!total)
      continue;
    if (!base)
      base = total;
    if (burst->way == way::inlined) {
      base = total;
      break;
    }
  }
  for (const auto& one : what.steps) {
    if (!std::holds_alternative<burst_step>(one.what))
      continue;
    if (const auto total = notes.measured.find(one.name + ".total_s"); total && base)
      notes.measured.set(one.name + ".speedup", *base / *total);
  }
}

void play(const step& which, const stage& on) {
  std::visit(
      [&](const auto& what) {
        using kind = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<kind, burst_step>)
          play_burst(which, what, on);
        else if constexpr (std::is_same_v<kind, crash_step>)
          play_crash(which, what, on);
        else if constexpr (std::is_same_v<kind, fault_step>)
          play_fault(which, what, on);
        else if constexpr (std::is_same_v<kind, pause_step>)
          play_pause(which, what, on);
        else
          play_spread(which, what, on);
      },
      which.what);
}

// A spread's kernel takes the whole array and gives a number.
void check_spread(const spread_step& what, const array_set& arrays, const kernel_registry& kernels) {
  const argument whole(arrays.at(what.array).ref());
  try {
    const auto& found = kernels.resolve(what.kernel, std::span(&whole, 1));
    const auto& gives = found.sig.result;
    if (!gives || gives->what != parameter::kind::scalar || gives->type == dtype::complex64 ||
        gives->type == dtype::complex128)
      fail(what.where, "a spread's kernel gives a number, and " + found.to_string() + " does not");
  } catch (const task_error& wrong) {
    fail(what.where, wrong.what());
  }
}

// The kernels' arguments, too, before the first step: a mistake in the last one should not cost minutes.
void check_requests(const script& what, const array_set& arrays, const kernel_registry& kernels) {
  for (const auto& one : what.steps) {
    if (const auto* burst = std::get_if<burst_step>(&one.what)) {
      prepare_request(burst->request, what.set, &arrays, kernels);
    } else if (const auto* crash = std::get_if<crash_step>(&one.what)) {
      prepare_request(crash->request, what.set, nullptr, kernels);
      prepare_request(crash->crash, what.set, nullptr, kernels);
    } else if (const auto* spread = std::get_if<spread_step>(&one.what)) {
      check_spread(*spread, arrays, kernels);
    }
  }
}

} // namespace

record play_script(script& what, const config& settings, progress& line) {
  record notes;
  line.show("starting workers", true);
  if (what.node.load_where) {
    // Here, where a mistake has a line: the node would load them as well.
    for (const auto& plugin : node_config(settings, what).load)
      try {
        load_plugin(plugin);
      } catch (const std::system_error& wrong) {
        fail(*what.node.load_where, wrong.what());
      }
  }
  node host(node_config(settings, what));
  host.wait_ready();
  check_kernels(what, host.kernels());
  const auto workers = host.status().workers.size();
  notes.facts.push_back(figure_text(usable_processors()) +
                        (usable_processors() == 1 ? " processor, " : " processors, ") +
                        std::to_string(workers) + (workers == 1 ? " worker" : " workers"));
  measure_settings(what, host, notes, line);
  line.show("making arrays", true);
  const array_set arrays(host.arrays(), what.arrays, what.file.parent_path(), interruption::check);
  check_requests(what, arrays, host.kernels());
  for (std::size_t i = 0; i < what.steps.size(); ++i) {
    const auto& one = what.steps[i];
    const auto where =
        "[" + std::to_string(i + 1) + "/" + std::to_string(what.steps.size()) + "] " + one.name;
    line.show(where, true);
    interruption::check();
    play(one, {host, what, arrays, notes, line, where});
  }
  note_speedups(what, notes);
  for (const auto& one : what.expectations)
    notes.verdicts.push_back(one.check(notes.measured));
  return notes;
}

} // namespace pinion::scenario
