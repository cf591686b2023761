#include <pinion/runtime/cli/array_text.hpp>

#include <algorithm>
#include <optional>
#include <vector>

#include <pinion/runtime/scalar_text.hpp>
#include <pinion/shm/array_ref.hpp>

namespace pinion::cli {
namespace {

constexpr std::int64_t in_full = 100;
constexpr std::int64_t at_most = 1000;
constexpr std::size_t line_width = 100;

// First and last so many of each axis; all when no number is set.
using edge = std::optional<std::int64_t>;

edge edge_for(const extents& shape) {
  if (element_count(shape) <= in_full)
    return std::nullopt;
  for (std::int64_t width = 3; width > 1; --width) {
    std::int64_t cells = 1;
    for (const auto extent : shape)
      cells *= std::min(extent, 2 * width); // at most 6^8
    if (cells <= at_most)
      return width;
  }
  return 1;
}

class printer {
public:
  explicit printer(const any_view& array) : array_(array), edge_(edge_for(array.shape())) {
    measure(0, 0);
    print(0, 0);
  }

  std::string text() && { return std::move(text_); }

private:
  const void* at(std::int64_t offset) const {
    return static_cast<const char*>(array_.data) + offset * static_cast<std::int64_t>(item_size(array_.type));
  }

  // Calls each(index, whether some were left out before it) along one axis.
  template <class Each>
  void walk(std::size_t axis, Each each) const {
    const auto extent = array_.shape()[axis];
    const bool cut = edge_ && extent > 2 * *edge_;
    for (std::int64_t i = 0; i < extent; ++i) {
      const bool jump = cut && i == *edge_;
      if (jump)
        i = extent - *edge_;
      each(i, jump);
    }
  }

  void measure(std::size_t axis, std::int64_t offset) {
    if (axis == array_.rank()) {
      width_ = std::max(width_, element_text(at(offset), array_.type).size());
      return;
    }
    walk(axis, [&](std::int64_t i, bool) { measure(axis + 1, offset + i * array_.lay.strides[axis]); });
  }

  void print(std::size_t axis, std::int64_t offset) {
    if (axis == array_.rank()) {
      const auto cell = element_text(at(offset), array_.type);
      text_.append(width_ - cell.size(), ' ').append(cell);
      return;
    }
    text_ += '[';
    const bool innermost = axis + 1 == array_.rank();
    bool first = true;
    auto line = text_.size();
    const auto next = [&](std::size_t width) {
      if (!innermost)
        text_.append(array_.rank() - axis - 1, '\n').append(axis + 1, ' ');
      else if (axis + 1 + text_.size() - line + 1 + width > line_width) {
        text_.append("\n").append(axis + 1, ' ');
        line = text_.size();
      } else
        text_ += ' ';
    };
    walk(axis, [&](std::int64_t i, bool jump) {
      if (jump) {
        next(3);
        text_ += "...";
      }
      if (!first)
        next(width_);
      first = false;
      print(axis + 1, offset + i * array_.lay.strides[axis]);
    });
    text_ += ']';
  }

  const any_view& array_;
  const edge edge_;
  std::size_t width_ = 0;
  std::string text_;
};

} // namespace

std::string array_text(const any_view& array) {
  return describe(array.type, array.shape()) + "\n" + printer(array).text();
}

} // namespace pinion::cli
