// Columns for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pinion {

/// Rows of text in aligned columns, two spaces between. A value; one thread at a time.
class table {
public:
  enum class align { left, right };
  enum class rule { none, below_titles };

  struct column {
    std::string title;
    align side = align::left;
  };

  explicit table(std::vector<column> columns);

  /// Missing cells at the end are empty; control characters are shown as `?`.
  void add(std::vector<std::string> cells);

  bool empty() const noexcept { return rows_.empty(); }

  /// The titles, then the rows, each ended by a newline, none by spaces. Columns in which every row is empty
  /// are left out.
  std::string text(rule between = rule::none) const;

private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Characters of a UTF-8 text: what it takes on a terminal, but for wide and combining ones.
std::size_t width_of(std::string_view text) noexcept;

} // namespace pinion
