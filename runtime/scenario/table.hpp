#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pinion::scenario {

/// Rows of text under headings, in columns that are as wide as they need to be. Figures stand to the right,
/// words to the left. One thread at a time.
class table {
public:
  struct column {
    std::string heading;
    bool is_figure = true;
  };

  explicit table(std::vector<column> columns);

  /// Missing cells at the end are empty.
  void add_row(std::vector<std::string> cells);
  bool empty() const noexcept { return rows_.empty(); }

  /// Headings, a rule and the rows, each line ended; columns in which every cell is empty are left out.
  std::string text() const;

private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Characters of a UTF-8 text: what it takes on a terminal, but for wide and combining ones.
std::size_t width_of(const std::string& text) noexcept;

} // namespace pinion::scenario
