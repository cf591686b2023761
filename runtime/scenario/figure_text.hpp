#pragma once

#include <string>

namespace pinion::scenario {

/// Measured values as people read them; not for reading back.

/// Four figures, and no exponent where the value is a whole number.
std::string figure_text(double value);

/// "12.3 us", "4.56 ms", "1.23 s", "84.0 s".
std::string seconds_text(double seconds);

/// "1.93x".
std::string factor_text(double factor);

/// "512 B", "1.50 KiB", "1.00 GiB".
std::string bytes_text(double bytes);

} // namespace pinion::scenario
