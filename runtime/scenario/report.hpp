#pragma once

#include <string>

#include <pinion/runtime/scenario/record.hpp>
#include <pinion/runtime/scenario/script.hpp>

namespace pinion::scenario {

/// What was measured, in tables for people: bursts and crashes, pauses and faults, spread arrays, and what
/// became of each expectation.
std::string report_text(const script& what, const record& notes);

/// The same for programs: every measured name with its full value.
///
///     { "scenario": "four_ways.toml", "title": "…", "set": { "requests": 20, … },
///       "measured": { "await.total_s": 3.07, … }, "remarks": { "crash_inline": "…" },
///       "expect": [ { "that": "…", "holds": true, "left": 3.07, "right": 3.2, "why": "…" }, … ], "holds":
///       true }
///
/// What is not a number (the percentile of nothing) is null.
std::string report_json(const script& what, const record& notes);

} // namespace pinion::scenario
