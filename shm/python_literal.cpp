#include <pinion/shm/python_literal.hpp>

#include <charconv>

#include <pinion/shm/error.hpp>

namespace pinion {

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string shown(text.substr(0, longest));
  for (auto& c : shown)
    if (c < ' ' || c > '~')
      c = '?';
  return '"' + shown + (text.size() > longest ? "...\"" : "\"");
}

void python_literal::fail(const std::string& why) const { raise(shm_errc::bad_npy, file_ + ": " + why); }

void python_literal::unexpected(const std::string& wanted) const {
  fail("its header is malformed: " + wanted + " expected at byte " + std::to_string(at_) +
       (at_ < text_.size() ? ", found " + quoted(text_.substr(at_, 1)) : ", found its end"));
}

void python_literal::skip_blanks() {
  while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos)
    ++at_;
}

bool python_literal::next_is(char c) {
  skip_blanks();
  return at_ < text_.size() && text_[at_] == c;
}

bool python_literal::accept(char c) {
  auto here = next_is(c);
  at_ += here ? 1 : 0;
  return here;
}

void python_literal::expect(char c) {
  if (!accept(c))
    unexpected(std::string("'") + c + "'");
}

bool python_literal::accept_word(std::string_view word) {
  skip_blanks();
  auto here = text_.substr(at_).starts_with(word);
  at_ += here ? word.size() : 0;
  return here;
}

std::string_view python_literal::string() {
  auto mark = next_is('"') ? '"' : '\'';
  if (!accept(mark))
    unexpected("a string");
  auto end = text_.find(mark, at_);
  if (end == std::string_view::npos)
    fail("its header is malformed: a string does not end");
  auto value = text_.substr(at_, end - at_);
  at_ = end + 1;
  return value;
}

bool python_literal::truth() {
  if (accept_word("True"))
    return true;
  if (!accept_word("False"))
    unexpected("True or False");
  return false;
}

std::vector<std::int64_t> python_literal::numbers() {
  std::vector<std::int64_t> values;
  bool comma = true;
  expect('(');
  while (!accept(')')) {
    if (!comma)
      unexpected("',' or ')'");
    values.push_back(number());
    comma = accept(',');
  }
  // In Python (3) is a number, and only (3,) a tuple.
  if (values.size() == 1 && !comma)
    fail("its header is malformed: (" + std::to_string(values[0]) + ") is a number, a tuple is expected");
  return values;
}

std::int64_t python_literal::number() {
  skip_blanks();
  std::int64_t value = 0;
  auto [end, failed] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
  if (failed == std::errc::result_out_of_range)
    fail("its header has a number that does not fit into 63 bits");
  if (failed != std::errc{})
    unexpected("a whole number");
  at_ = static_cast<std::size_t>(end - text_.data());
  // Python 2 wrote long integers as 3L.
  if (at_ < text_.size() && text_[at_] == 'L')
    ++at_;
  return value;
}

void python_literal::end() {
  skip_blanks();
  if (at_ != text_.size())
    fail("its header goes on after its closing brace");
}

} // namespace pinion
