#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include <pinion/runtime/scenario/mark.hpp>
#include <pinion/runtime/scenario/scalar.hpp>
#include <pinion/runtime/scenario/settings.hpp>

namespace pinion::scenario {

/// Reads one table of a scenario file: puts settings in, checks kinds and ranges, and names file, line and
/// key in every error. Looks at the table, the settings and the file name; owns none of them. One thread.
class table_reader {
public:
  /// Fails at once where the table has a key that is not among `known`. `what` names the table in messages.
  table_reader(const toml::table& table, std::string what, const std::string& file, const settings& set,
               std::initializer_list<std::string_view> known);

  /// The same for a table whose keys are free.
  table_reader(const toml::table& table, std::string what, const std::string& file, const settings& set);

  bool has(std::string_view key) const { return table_.contains(key); }
  mark where() const;
  mark where(std::string_view key) const;
  const std::string& what() const noexcept { return what_; }

  // Each fails where the key is missing, unless `otherwise` is given.

  std::string text(std::string_view key) const;
  std::string text(std::string_view key, const std::string& otherwise) const;
  std::int64_t whole(std::string_view key, std::int64_t least, std::int64_t most) const;
  std::int64_t whole(std::string_view key, std::int64_t least, std::int64_t most,
                     std::int64_t otherwise) const;
  double number(std::string_view key, double least, double most) const;
  bool flag(std::string_view key, bool otherwise) const;

  /// A number of bytes, or a text like "64 MiB".
  std::size_t size(std::string_view key) const;
  std::size_t size(std::string_view key, std::size_t otherwise) const;

  /// A whole or broken number of milliseconds, up to an hour.
  std::optional<std::chrono::milliseconds> milliseconds(std::string_view key) const;

  /// One text, or a list of texts.
  std::vector<std::string> texts(std::string_view key) const;

  /// One of the given words.
  std::string word(std::string_view key, std::initializer_list<std::string_view> known,
                   std::optional<std::string_view> otherwise = std::nullopt) const;

  /// Letters, digits and underscores.
  std::string name(std::string_view key) const;

  /// The items of a list; empty where the key is missing.
  std::vector<const toml::node*> list(std::string_view key) const;

  /// The value as it stands, with settings put in. Fails where it is a table, a list or a date.
  scalar value_of(const toml::node& node, std::string_view key) const;

  /// The text of a node that is one, before settings are put in.
  static std::optional<std::string> raw_text(const toml::node& node);

  [[noreturn]] void wrong(std::string_view key, const std::string& expected) const;

private:
  const toml::node& need(std::string_view key) const;
  scalar value(std::string_view key) const { return value_of(need(key), key); }
  std::int64_t whole_in(std::string_view key, const scalar& value, std::int64_t least,
                        std::int64_t most) const;

  const toml::table& table_;
  std::string what_;
  const std::string& file_;
  const settings& set_;
};

} // namespace pinion::scenario
