#include <algorithm>
#include <cmath>
#include <utility>

#include <pinion/runtime/scenario/table_reader.hpp>
#include <pinion/runtime/size_text.hpp>

namespace pinion::scenario {

table_reader::table_reader(const toml::table& table, std::string what, const std::string& file,
                           const settings& set, std::initializer_list<std::string_view> known)
    : table_reader(table, std::move(what), file, set) {
  const std::vector<std::string_view> names(known);
  for (const auto& [key, node] : table_) {
    if (std::find(names.begin(), names.end(), key.str()) == names.end())
      fail_unknown({file_, key.source().begin.line},
                   "unknown key '" + std::string(key.str()) + "' in " + what_, key.str(), names);
  }
}

table_reader::table_reader(const toml::table& table, std::string what, const std::string& file,
                           const settings& set)
    : table_(table), what_(std::move(what)), file_(file), set_(set) {}

mark table_reader::where() const {
  // The table that is the whole file begins nowhere.
  return {file_, table_.source().begin.line == 0 ? 1 : table_.source().begin.line};
}

mark table_reader::where(std::string_view key) const {
  const auto* node = table_.get(key);
  return node && node->source().begin.line != 0 ? mark{file_, node->source().begin.line} : where();
}

std::string table_reader::text(std::string_view key) const {
  auto found = value(key);
  if (auto* text = std::get_if<std::string>(&found))
    return std::move(*text);
  wrong(key, "a text");
}

std::string table_reader::text(std::string_view key, const std::string& otherwise) const {
  return has(key) ? text(key) : otherwise;
}

std::int64_t table_reader::whole(std::string_view key, std::int64_t least, std::int64_t most) const {
  return whole_in(key, value(key), least, most);
}

std::int64_t table_reader::whole(std::string_view key, std::int64_t least, std::int64_t most,
                                 std::int64_t otherwise) const {
  return has(key) ? whole(key, least, most) : otherwise;
}

std::int64_t table_reader::whole_in(std::string_view key, const scalar& value, std::int64_t least,
                                    std::int64_t most) const {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (!number || *number < least || *number > most)
    wrong(key, most == std::numeric_limits<std::int64_t>::max()
                   ? "a whole number from " + std::to_string(least)
                   : "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return *number;
}

double table_reader::number(std::string_view key, double least, double most) const {
  const auto found = value(key);
  double number = std::nan("");
  if (const auto* broken = std::get_if<double>(&found))
    number = *broken;
  else if (const auto* whole = std::get_if<std::int64_t>(&found))
    number = static_cast<double>(*whole);
  if (!(number >= least && number <= most))
    wrong(key, "a number from " + number_text(least) + " to " + number_text(most));
  return number;
}

bool table_reader::flag(std::string_view key, bool otherwise) const {
  if (!has(key))
    return otherwise;
  const auto found = value(key);
  if (const auto* flag = std::get_if<bool>(&found))
    return *flag;
  wrong(key, "true or false");
}

std::size_t table_reader::size(std::string_view key) const {
  const auto found = value(key);
  if (const auto* number = std::get_if<std::int64_t>(&found); number && *number >= 0)
    return static_cast<std::size_t>(*number);
  if (const auto* text = std::get_if<std::string>(&found)) {
    if (auto bytes = parse_size(*text))
      return *bytes;
  }
  wrong(key, "a number of bytes, or a text like \"64 MiB\"");
}

std::size_t table_reader::size(std::string_view key, std::size_t otherwise) const {
  return has(key) ? size(key) : otherwise;
}

std::optional<std::chrono::milliseconds> table_reader::milliseconds(std::string_view key) const {
  if (!has(key))
    return std::nullopt;
  return std::chrono::milliseconds(std::llround(number(key, 0, 3600 * 1000)));
}

std::vector<std::string> table_reader::texts(std::string_view key) const {
  if (!has(key))
    return {};
  if (!need(key).is_array())
    return {text(key)};
  std::vector<std::string> out;
  for (const auto* node : list(key)) {
    auto found = value_of(*node, key);
    if (!std::holds_alternative<std::string>(found))
      wrong(key, "texts");
    out.push_back(std::get<std::string>(std::move(found)));
  }
  return out;
}

std::string table_reader::word(std::string_view key, std::initializer_list<std::string_view> known,
                               std::optional<std::string_view> otherwise) const {
  if (otherwise && !has(key))
    return std::string(*otherwise);
  auto found = text(key);
  if (std::find(known.begin(), known.end(), found) == known.end())
    fail_unknown(where(key), "'" + std::string(key) + "' cannot be '" + found + "'", found, known);
  return found;
}

std::string table_reader::name(std::string_view key) const {
  auto found = text(key);
  if (!is_name(found))
    wrong(key, "a name of letters, digits and underscores that begins with no digit");
  return found;
}

std::vector<const toml::node*> table_reader::list(std::string_view key) const {
  std::vector<const toml::node*> out;
  if (!has(key))
    return out;
  const auto* array = need(key).as_array();
  if (!array) {
    const bool one_bracket_short = need(key).is_table() && what_ == "the file";
    wrong(key,
          one_bracket_short ? "a list; write [[" + std::string(key) + "]], with two brackets" : "a list");
  }
  for (const auto& node : *array)
    out.push_back(&node);
  return out;
}

scalar table_reader::value_of(const toml::node& node, std::string_view key) const {
  if (const auto* text = node.as_string())
    return set_.resolve(scalar(text->get()), {file_, node.source().begin.line});
  if (const auto* whole = node.as_integer())
    return whole->get();
  if (const auto* number = node.as_floating_point())
    return number->get();
  if (const auto* flag = node.as_boolean())
    return flag->get();
  wrong(key, "a number, a text, true or false");
}

std::optional<std::string> table_reader::raw_text(const toml::node& node) {
  const auto* text = node.as_string();
  return text ? std::optional<std::string>(text->get()) : std::nullopt;
}

void table_reader::wrong(std::string_view key, const std::string& expected) const {
  fail(where(key), "'" + std::string(key) + "' in " + what_ + " must be " + expected);
}

const toml::node& table_reader::need(std::string_view key) const {
  if (const auto* node = table_.get(key))
    return *node;
  fail(where(), what_ + " needs '" + std::string(key) + "'");
}

} // namespace pinion::scenario
