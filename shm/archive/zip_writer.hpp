#pragma once

#include <vector>

#include <pinion/shm/archive.hpp>

namespace pinion {

/// Writes an archive through libzip; see archive_library. Members of 4 GiB and more are written as ZIP64. All
/// bear the date 1980-01-01, as NumPy's do: equal arrays give equal files.
void write_zip(output_file& to, const std::vector<archive_entry>& entries, bool deflate);

} // namespace pinion
