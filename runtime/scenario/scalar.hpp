#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace pinion::scenario {

/// One value of a scenario file that is no table and no list.
using scalar = std::variant<bool, std::int64_t, double, std::string>;

/// "true", "20", "0.3", or the text itself.
std::string to_text(const scalar& value);

/// For messages: "true or false", "a whole number", "a number", "a text".
std::string_view kind_name(const scalar& value) noexcept;

/// `text` read as the kind of `like`; whole numbers are also taken for numbers. False where it is none.
bool read_as(const scalar& like, const std::string& text, scalar& out);

/// The shortest spelling that is read back to the same number.
std::string number_text(double value);

} // namespace pinion::scenario
