#include <charconv>
#include <cmath>

#include <pinion/runtime/scenario/expression.hpp>

namespace pinion::scenario {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Recursive descent; each parenthesis and each minus sign is one call deeper, so they are counted.
class evaluator {
public:
  evaluator(std::string_view text, const name_lookup& lookup) : text_(text), lookup_(lookup) {}

  comparison run() {
    comparison out;
    out.left = sum();
    const auto sign = comparator();
    out.right = sum();
    if (peek() != '\0')
      wrong("the end");
    const double l = out.left;
    const double r = out.right;
    out.holds = std::isfinite(l) && std::isfinite(r) &&
                (sign == "<"    ? l < r
                 : sign == "<=" ? l <= r
                 : sign == ">"  ? l > r
                 : sign == ">=" ? l >= r
                 : sign == "==" ? l == r
                                : l != r);
    return out;
  }

private:
  static constexpr int deepest = 50;

  double sum() {
    double value = product();
    for (char sign = peek(); sign == '+' || sign == '-'; sign = peek()) {
      ++at_;
      const double next = product();
      value = sign == '+' ? value + next : value - next;
    }
    return value;
  }

  double product() {
    double value = factor();
    for (char sign = peek(); sign == '*' || sign == '/'; sign = peek()) {
      ++at_;
      const double next = factor();
      value = sign == '*' ? value * next : value / next;
    }
    return value;
  }

  double factor() {
    if (++depth_ > deepest)
      throw expression_error("more than " + std::to_string(deepest) +
                             " signs and parentheses within each other");
    const double value = bare_factor();
    --depth_;
    return value;
  }

  double bare_factor() {
    const char next = peek();
    if (next == '-') {
      ++at_;
      return -factor();
    }
    if (next == '(') {
      ++at_;
      const double value = sum();
      if (peek() != ')')
        wrong("')'");
      ++at_;
      return value;
    }
    if (is_digit(next) || next == '.')
      return number();
    if (is_letter(next))
      return lookup_(name());
    wrong("a number, a name or '('");
  }

  double number() {
    double value = 0;
    auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{})
      wrong("a number");
    at_ = static_cast<std::size_t>(end - text_.data());
    if (!is_letter(peek()))
      return value;
    const auto begin = at_;
    const auto unit = name();
    if (unit == "KiB")
      return value * 1024;
    if (unit == "MiB")
      return value * 1024 * 1024;
    if (unit == "GiB")
      return value * 1024 * 1024 * 1024;
    at_ = begin;
    wrong("an operator, KiB, MiB or GiB");
  }

  std::string_view name() {
    const auto begin = at_;
    for (;;) {
      while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_])))
        ++at_;
      if (at_ + 1 < text_.size() && text_[at_] == '.' && is_letter(text_[at_ + 1]))
        ++at_;
      else
        return text_.substr(begin, at_ - begin);
    }
  }

  std::string_view comparator() {
    const char first = peek();
    if (first != '<' && first != '>' && first != '=' && first != '!')
      wrong("a comparison (<, <=, >, >=, ==, !=)");
    const auto both = text_.substr(at_, 2);
    if (both == "<=" || both == ">=" || both == "==" || both == "!=") {
      at_ += 2;
      return both;
    }
    if (first == '=' || first == '!')
      wrong("a comparison (<, <=, >, >=, ==, !=)");
    return text_.substr(at_++, 1);
  }

  // The next character that is not a space; the end reads as 0.
  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  [[noreturn]] void wrong(const std::string& expected) {
    peek();
    const auto rest = text_.substr(at_, 20);
    throw expression_error("column " + std::to_string(at_ + 1) + ": expected " + expected +
                           (rest.empty() ? ", found the end" : ", found \"" + std::string(rest) + "\""));
  }

  std::string_view text_;
  const name_lookup& lookup_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

} // namespace

comparison evaluate(std::string_view text, const name_lookup& lookup) {
  return evaluator(text, lookup).run();
}

} // namespace pinion::scenario
