// What the program writes: results on standard output, complaints on standard error.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace pinion::cli {

/// Standard output does not take what it is given. what() is empty when the reader is gone (`| head`): then
/// there is nobody to tell.
class output_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Writes all of `text` to standard output, unbuffered. Throws output_error.
void print(std::string_view text);

/// "pinion: <text>" and a newline on standard error, in one line whatever the text holds; never throws.
void complain(std::string_view text) noexcept;

/// Lines for people that are not the result, on standard error; never throws.
void remark(std::string_view lines) noexcept;

/// To be called first: a write to a pipe without a reader becomes an error instead of the end, and standard
/// input, output and error are there, if only to fail: else the next file or socket would get their numbers
/// and our words.
void prepare_standard_streams() noexcept;

} // namespace pinion::cli
