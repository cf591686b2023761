#include <algorithm>
#include <utility>

#include <pinion/runtime/scenario/settings.hpp>

namespace pinion::scenario {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// The name behind a dollar sign at `at`, empty where none follows.
std::string_view name_after(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (is_letter(text[end]) || (end > at + 1 && is_digit(text[end]))))
    ++end;
  return text.substr(at + 1, end - at - 1);
}

} // namespace

bool is_name(std::string_view text) noexcept {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

void settings::declare(const std::string& name, scalar value, const mark& where) {
  entries_.push_back({name, std::move(value), where, {}, false});
}

void settings::declare_measured(const calibration& how) {
  entries_.push_back({how.name, std::int64_t{0}, how.where, how, true});
}

void settings::change(const std::string& key_and_value, const std::string& file) {
  const mark line{"--set " + key_and_value, 0};
  const auto equals = key_and_value.find('=');
  if (equals == std::string::npos || equals == 0)
    fail(line, "write it as key=value");
  const std::string key = key_and_value.substr(0, equals);
  const auto* found = find(key);
  if (!found)
    fail_unknown(line, "[set] of " + file + " has no '" + key + "'", key, names());
  auto& target = entries_[static_cast<std::size_t>(found - entries_.data())];
  const std::string text = key_and_value.substr(equals + 1);
  scalar value;
  if (!read_as(target.value, text, value))
    fail(line, "'" + key + "' takes " + std::string(kind_name(target.value)) + " (" +
                   to_string(target.where) + ")");
  target.value = std::move(value);
  target.is_open = false;
}

scalar settings::resolve(const scalar& value, const mark& where) const {
  const auto* text = std::get_if<std::string>(&value);
  if (!text || text->find('$') == std::string::npos)
    return value;
  std::string out;
  for (std::size_t at = 0; at < text->size();) {
    if ((*text)[at] != '$') {
      out += (*text)[at++];
      continue;
    }
    if (text->substr(at, 2) == "$$") {
      out += '$';
      at += 2;
      continue;
    }
    const auto name = name_after(*text, at);
    if (name.empty())
      fail(where, "a lone '$' in \"" + *text + "\"; write $name for a setting, $$ for the sign itself");
    const auto& found = this->at(name, where);
    if (found.is_open)
      fail(where, "'$" + found.name + "' is measured while the scenario runs (" + to_string(found.where) +
                      "); it can stand alone in args only, or give it with --set " + found.name + "=…");
    if (name.size() + 1 == text->size())
      return found.value;
    out += to_text(found.value);
    at += name.size() + 1;
  }
  return out;
}

const calibration* settings::awaited(const std::string& text) const {
  if (text.size() < 2 || text[0] != '$')
    return nullptr;
  const auto* found = find(std::string_view(text).substr(1));
  return found && found->is_open ? &found->how : nullptr;
}

std::vector<calibration> settings::to_measure() const {
  std::vector<calibration> result;
  for (const auto& one : entries_) {
    if (one.is_open)
      result.push_back(one.how);
  }
  return result;
}

void settings::measured(const std::string& name, std::int64_t value) {
  for (auto& one : entries_) {
    if (one.name == name) {
      one.value = value;
      one.is_open = false;
    }
  }
}

const settings::entry* settings::find(std::string_view name) const {
  auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const entry& one) { return one.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

const settings::entry& settings::at(std::string_view name, const mark& where) const {
  if (const auto* found = find(name))
    return *found;
  fail_unknown(where, "'$" + std::string(name) + "' is not in [set]", name, names());
}

std::vector<std::string_view> settings::names() const {
  std::vector<std::string_view> result;
  for (const auto& one : entries_)
    result.emplace_back(one.name);
  return result;
}

} // namespace pinion::scenario
