#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pinion {

/// Reads, piece by piece, the little of Python's syntax that a .npy header uses: braces, strings without
/// escapes, True and False, tuples of whole numbers. Blanks between the pieces do not matter. What is not
/// there as asked for is thrown as shm_errc::bad_npy with the file's name. It looks at `text` and `file`,
/// which must outlive it.
class python_literal {
public:
  python_literal(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  bool next_is(char c);
  /// Takes the character if it is next.
  bool accept(char c);
  void expect(char c);
  std::string_view string();
  bool truth();
  std::vector<std::int64_t> numbers();
  /// Nothing but blanks may be left.
  void end();

  [[noreturn]] void fail(const std::string& why) const;
  [[noreturn]] void unexpected(const std::string& wanted) const;

private:
  void skip_blanks();
  bool accept_word(std::string_view word);
  std::int64_t number();

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
};

/// In double quotes, printable, and not longer than a message can bear.
std::string quoted(std::string_view text);

} // namespace pinion
