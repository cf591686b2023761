// Sizes in bytes as people write them: "4096", "64MiB", "1.5GiB".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pinion {

/// Bytes from a number and an optional unit: B, KiB, MiB, GiB, TiB (powers of 1024; K, M, G, T and k mean the
/// same) or kB, MB, GB, TB (powers of 1000). Fractions are taken when they give whole bytes. Nothing for
/// everything else, and for what does not fit into size_t.
std::optional<std::size_t> parse_size(std::string_view text);

/// The shortest spelling that parse_size reads back to the same number: "64MiB", "1000000".
std::string size_text(std::size_t bytes);

} // namespace pinion
