#include <pinion/runtime/table.hpp>

#include <algorithm>
#include <utility>

namespace pinion {

std::size_t width_of(std::string_view text) noexcept {
  // Bytes 10xxxxxx continue a character.
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

table::table(std::vector<column> columns) : columns_(std::move(columns)) {}

void table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (auto& cell : cells)
    std::replace_if(
        cell.begin(), cell.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
        '?');
  rows_.push_back(std::move(cells));
}

std::string table::text(rule between) const {
  std::vector<std::size_t> shown;
  std::vector<std::size_t> widths(columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t widest = 0;
    for (const auto& row : rows_)
      widest = std::max(widest, width_of(row[c]));
    widths[c] = std::max(widest, width_of(columns_[c].title));
    if (widest > 0 || rows_.empty())
      shown.push_back(c);
  }

  std::string out;
  const auto line = [&](auto&& cell_of, char filler) {
    std::string built;
    for (const auto c : shown) {
      const std::string cell = cell_of(c);
      const std::string gap(widths[c] - width_of(cell), filler);
      built += built.empty() ? "" : "  ";
      built += columns_[c].side == align::right ? gap + cell : cell + gap;
    }
    built.erase(built.find_last_not_of(' ') + 1);
    out += built + "\n";
  };
  line([&](std::size_t c) { return columns_[c].title; }, ' ');
  if (between == rule::below_titles)
    line([](std::size_t) { return std::string(); }, '-');
  for (const auto& row : rows_)
    line([&](std::size_t c) { return row[c]; }, ' ');
  return out;
}

} // namespace pinion
