// What is wrong with a command line, in our own words.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace pinion::cli {

/// The verb that was given, the inner one of `shm ls`; the program where there is none.
const CLI::App& given_command(const CLI::App& program);

/// True for the program and for `shm`: a word that is not known there stands for a verb.
bool takes_verbs(const CLI::App& command);

/// What is typed to reach a command: "pinion shm ls".
std::string path_to(const CLI::App& command);

/// One line about an error of CLI11's parser in `program`: names the word, the nearest known one, and where
/// to read on.
std::string usage_text(const CLI::App& program, const CLI::ParseError& problem);

} // namespace pinion::cli
