// Columns for people.
#pragma once

#include <string>
#include <vector>

namespace pinion::cli {

/// Rows of text in aligned columns, two spaces between. A value; one thread at a time.
class table {
public:
  enum class align { left, right };

  struct column {
    std::string title;
    align side = align::left;
  };

  explicit table(std::vector<column> columns);

  /// As many cells as there are columns.
  void add(std::vector<std::string> cells);

  bool empty() const { return rows_.empty(); }

  /// The titles, then the rows, each ended by a newline, none by spaces. Widths are counted in characters,
  /// for UTF-8 text; control characters are shown as `?`.
  std::string text() const;

private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

} // namespace pinion::cli
