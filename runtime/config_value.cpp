// Reading a value of an option from text.
#include <pinion/runtime/config_option.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <pinion/runtime/config_words.hpp>
#include <pinion/runtime/duration_text.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/node_name.hpp>
#include <pinion/runtime/processor_list.hpp>
#include <pinion/runtime/size_text.hpp>
#include <pinion/runtime/suggestion.hpp>

namespace pinion {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> log_levels{"trace", "debug", "info", "warning", "error", "off"};

std::optional<long> whole_number(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

std::optional<bool> truth(std::string_view text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on")
    return true;
  if (text == "false" || text == "0" || text == "no" || text == "off")
    return false;
  return std::nullopt;
}

// A name without a slash may mean a plug-in that lies beside the library: it becomes a path only if it is
// one.
std::string plugin_path(const std::string& text, const fs::path& base) {
  std::error_code ignored;
  const auto full = (base / text).lexically_normal();
  return text.find('/') != std::string::npos || fs::exists(full, ignored) ? full.string() : text;
}

// Sets one member; answers what was expected when the text is not that.
class value_reader {
public:
  value_reader(const config_option& option, config& into, const std::vector<std::string>& values,
               const fs::path& base)
      : option_(option), into_(into), values_(values), base_(base) {}

  std::string operator()(std::string config::*member) {
    if (option_.type == config_option::kind::log_level) {
      if (std::find(log_levels.begin(), log_levels.end(), text()) == log_levels.end())
        return of_words(log_levels);
    } else if (!text().empty() && !valid_node_name(text())) {
      return std::string(node_name_rule);
    }
    into_.*member = text();
    return {};
  }

  std::string operator()(std::vector<std::string> config::*member) {
    std::vector<std::string> paths;
    for (const auto& value : values_) {
      if (value.empty() || value.find('\0') != std::string::npos)
        return "the path of a plug-in";
      paths.push_back(plugin_path(value, base_));
    }
    into_.*member = std::move(paths);
    return {};
  }

  std::string operator()(std::vector<int> config::*member) {
    auto processors = parse_processors(text());
    if (!processors)
      return "a list of processors such as 0,2-3";
    into_.*member = std::move(*processors);
    return {};
  }

  std::string operator()(std::size_t config::*member) {
    if (option_.type == config_option::kind::size) {
      const auto bytes = parse_size(text());
      if (!bytes)
        return "a size such as 64MiB or 1GiB";
      into_.*member = *bytes;
      return {};
    }
    const auto number = in_range();
    if (!number)
      return range();
    into_.*member = static_cast<std::size_t>(*number);
    return {};
  }

  std::string operator()(int config::*member) {
    const auto number = in_range();
    if (!number)
      return range();
    into_.*member = static_cast<int>(*number);
    return {};
  }

  std::string operator()(bool config::*member) {
    const auto value = truth(text());
    if (!value)
      return "true or false";
    into_.*member = *value;
    return {};
  }

  std::string operator()(std::chrono::milliseconds config::*member) {
    const auto time = parse_duration(text());
    const auto whole =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.value_or(std::chrono::seconds{0}));
    if (!time || whole != *time)
      return "a time with its unit in whole milliseconds, such as 250ms, 10s or 2min";
    into_.*member = whole;
    return {};
  }

  std::string operator()(fs::path config::*member) {
    if (text().empty() || text().find('\0') != std::string::npos)
      return "a path";
    into_.*member = (base_ / text()).lexically_normal();
    return {};
  }

  std::string operator()(backing config::*member) { return chosen(member, backings); }
  std::string operator()(huge_pages config::*member) { return chosen(member, page_sizes); }
  std::string operator()(full_policy config::*member) { return chosen(member, full_policies); }
  std::string operator()(pinning config::*member) { return chosen(member, pinnings); }

  std::string operator()(initializer config::*member) {
    auto call = parse_initializer(text());
    if (!call)
      return "a kernel's name and its arguments, such as load_model m.bin 3, with \"…\" around what has "
             "blanks";
    into_.*member = std::move(*call);
    return {};
  }

  std::string operator()(memory_placement config::*member) {
    auto where = parse_memory_placement(text());
    if (!where) {
      auto advice = advise_placement(text());
      guess_ = std::move(advice.guess);
      return advice.expected;
    }
    into_.*member = std::move(*where);
    return {};
  }

  /// After a refusal: " (did you mean `x`?)" where a word was misspelled.
  const std::string& guess() const { return guess_; }

private:
  const std::string& text() const { return values_.front(); }

  template <class Enum, std::size_t Size>
  std::string chosen(Enum config::*member, const std::array<choice<Enum>, Size>& choices) {
    std::array<std::string_view, Size> words;
    for (std::size_t i = 0; i < Size; ++i) {
      words[i] = choices[i].word;
      if (words[i] != text())
        continue;
      into_.*member = choices[i].value;
      return {};
    }
    return of_words(words);
  }

  template <std::size_t Size>
  std::string of_words(const std::array<std::string_view, Size>& words) {
    guess_ = did_you_mean(text(), words);
    std::string result(words[0]);
    for (std::size_t i = 1; i < Size; ++i)
      result += (i + 1 == Size ? " or " : ", ") + std::string(words[i]);
    return result;
  }

  std::optional<long> in_range() const {
    const auto number = whole_number(text());
    return number && *number >= option_.least && *number <= option_.most ? number : std::nullopt;
  }

  std::string range() const {
    return "a whole number from " + std::to_string(option_.least) + " to " + std::to_string(option_.most);
  }

  const config_option& option_;
  config& into_;
  const std::vector<std::string>& values_;
  const fs::path& base_;
  std::string guess_;
};

} // namespace

void config_option::set(config& into, const std::vector<std::string>& values, const std::string& where,
                        const fs::path& base) const {
  // A flag or a variable already says which option is meant; a line of a file does not.
  const auto place = where.starts_with('-') || where == variable() ? where : where + ": " + std::string(name);
  if (!many() && values.size() != 1)
    raise(runtime_errc::bad_config, place + ": expected one value, got " + std::to_string(values.size()));
  value_reader reader(*this, into, values, base);
  const auto expected = std::visit(reader, target);
  if (expected.empty())
    return;
  std::string got;
  for (const auto& value : values)
    got += (got.empty() ? "" : ", ") + toml_string(value);
  raise(runtime_errc::bad_config, place + ": expected " + expected + ", got " + got + reader.guess());
}

} // namespace pinion
