#include <cmath>
#include <optional>

#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/runtime/scenario/report.hpp>
#include <pinion/runtime/table.hpp>

namespace pinion::scenario {
namespace {

using enum table::align;

class cells {
public:
  cells(const record& notes, const std::string& step) : notes_(notes), step_(step) {}

  std::string seconds(const char* name) const {
    return with(name, [](double value) { return seconds_text(value); });
  }
  std::string milliseconds(const char* name) const {
    return with(name, [](double value) { return seconds_text(value * 1e-3); });
  }
  std::string factor(const char* name) const { return with(name, factor_text); }
  std::string bytes(const char* name) const { return with(name, bytes_text); }
  std::string figure(const char* name) const { return with(name, figure_text); }
  std::string remark() const {
    const auto found = notes_.remarks.find(step_);
    return found == notes_.remarks.end() ? "" : found->second;
  }

private:
  template <class Text>
  std::string with(const char* name, Text text) const {
    const auto value = notes_.measured.find(step_ + "." + name);
    return value ? text(*value) : "";
  }

  const record& notes_;
  const std::string& step_;
};

std::string of(const std::string& part, const std::string& whole) {
  return part.empty() ? "" : part + " of " + whole;
}

// The crash that was played in the same way: shown in the row of its burst.
const step* crash_of(const script& what, way how) {
  for (const auto& one : what.steps) {
    const auto* crash = std::get_if<crash_step>(&one.what);
    if (crash && crash->way == how)
      return &one;
  }
  return nullptr;
}

table bursts(const script& what, const record& notes) {
  table out({{"burst"},
             {"total", right},
             {"speed-up", right},
             {"processors busy", right},
             {"probe p50", right},
             {"p99", right},
             {"max", right},
             {"answered", right},
             {"workers replaced", right},
             {"a crash takes down"}});
  for (const auto& one : what.steps) {
    const auto* burst = std::get_if<burst_step>(&one.what);
    if (!burst)
      continue;
    const cells cell(notes, one.name);
    const auto* crash = crash_of(what, burst->way);
    const auto replaced = cell.figure("restarts");
    out.add({one.name, cell.seconds("total_s"), cell.factor("speedup"), cell.factor("busy"),
             cell.milliseconds("probe.p50_ms"), cell.milliseconds("probe.p99_ms"),
             cell.milliseconds("probe.max_ms"), of(cell.figure("results"), std::to_string(burst->count)),
             replaced == "0" ? "" : replaced, crash ? cells(notes, crash->name).remark() : ""});
  }
  return out;
}

// Crashes that no burst above has in its row.
table crashes(const script& what, const record& notes) {
  table out({{"crash"}, {"takes down"}});
  for (const auto& one : what.steps) {
    const auto* crash = std::get_if<crash_step>(&one.what);
    if (!crash)
      continue;
    bool is_shown = false;
    for (const auto& other : what.steps) {
      const auto* burst = std::get_if<burst_step>(&other.what);
      is_shown = is_shown || (burst && burst->way == crash->way && crash_of(what, crash->way) == &one);
    }
    if (!is_shown)
      out.add({one.name, cells(notes, one.name).remark()});
  }
  return out;
}

table spreads(const script& what, const record& notes) {
  table out({{"array"},
             {"way"},
             {"workers", right},
             {"all can read after", right},
             {"and have computed after", right},
             {"memory of all processes", right},
             {"of the array", right},
             {"right"}});
  for (const auto& one : what.steps) {
    const auto* spread = std::get_if<spread_step>(&one.what);
    if (!spread)
      continue;
    const cells cell(notes, one.name);
    const auto correct = notes.measured.find(one.name + ".correct");
    out.add({spread->array + ", " + cell.bytes("array_bytes"), spread->shared ? "shared" : "copied",
             std::to_string(spread->workers), cell.seconds("readable_s"), cell.seconds("total_s"),
             cell.bytes("pss_bytes"), cell.factor("pss_ratio"),
             correct ? (*correct == 1 ? "yes" : "NO") : ""});
  }
  return out;
}

table others(const script& what, const record& notes) {
  table out({{"step"}, {"replaced after", right}, {"probe p50", right}, {"p99", right}, {"max", right}});
  for (const auto& one : what.steps) {
    if (!std::holds_alternative<pause_step>(one.what) && !std::holds_alternative<fault_step>(one.what))
      continue;
    const cells cell(notes, one.name);
    out.add({one.name, cell.milliseconds("replaced_ms"), cell.milliseconds("probe.p50_ms"),
             cell.milliseconds("probe.p99_ms"), cell.milliseconds("probe.max_ms")});
  }
  return out;
}

std::string verdict_lines(const script& what, const record& notes) {
  std::string out;
  for (std::size_t i = 0; i < notes.verdicts.size(); ++i) {
    const auto& expected = what.expectations[i];
    const auto& found = notes.verdicts[i];
    out += std::string(found.holds ? "  ok      " : "  FAILED  ") + expected.text() +
           (found.values.empty() ? "" : "   (" + found.values + ")") + "\n";
    if (!found.holds && !expected.why().empty())
      out += "          " + expected.why() + " [" + to_string(expected.where()) + "]\n";
  }
  return out;
}

// What went wrong in a burst, below its table: a figure alone would not tell.
std::string error_lines(const script& what, const record& notes) {
  std::string out;
  for (const auto& one : what.steps) {
    if (!std::holds_alternative<burst_step>(one.what))
      continue;
    if (const auto text = cells(notes, one.name).remark(); !text.empty())
      out += one.name + ": " + text + "\n";
  }
  return out;
}

} // namespace

std::string report_text(const script& what, const record& notes) {
  std::string out = what.title + "\n";
  for (const auto& fact : notes.facts)
    out += (&fact == notes.facts.data() ? "" : "; ") + fact;
  out += "\n";
  for (const auto& part :
       {bursts(what, notes), crashes(what, notes), spreads(what, notes), others(what, notes)}) {
    if (!part.empty())
      out += "\n" + part.text(table::rule::below_titles);
  }
  if (const auto errors = error_lines(what, notes); !errors.empty())
    out += "\n" + errors;
  if (const auto verdicts = verdict_lines(what, notes); !verdicts.empty())
    out += "\nexpected:\n" + verdicts;
  return out;
}

} // namespace pinion::scenario
