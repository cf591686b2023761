// What is wrong with a command line, in our own words.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace pinion::cli {

/// One line about an error of CLI11's parser in `program`: names the word, the nearest known one, and where
/// to read on.
std::string usage_text(const CLI::App& program, const CLI::ParseError& problem);

} // namespace pinion::cli
