// Small files that people write: configuration and scenarios.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include <pinion/runtime/error.hpp>

namespace pinion {

/// The whole of a regular file of at most `most` bytes. Throws `problem` with a text that names the file and
/// the reason for everything else: missing, unreadable, a directory, a pipe (which is not waited for), too
/// large.
std::string read_text_file(const std::filesystem::path& path, runtime_errc problem,
                           std::size_t most = std::size_t{1} << 20);

} // namespace pinion
