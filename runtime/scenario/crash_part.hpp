#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <pinion/runtime/config.hpp>

namespace pinion::scenario {

/// What a part process does, from its first line to its exit code: takes the order from the stream, plays
/// that one crash step on a node of its own, and tells each answer as a line of text. See play_crash.cpp for
/// the other end.
///
///     to it:   "step NAME", "measured NAME VALUE" for each measured setting, "begin"
///     from it: "ready", "result" or "error TEXT" for each answer, "restarts N", "done", or "failed TEXT"
int play_part(int stream, const config& settings, const std::filesystem::path& file,
              const std::vector<std::string>& sets);

} // namespace pinion::scenario
