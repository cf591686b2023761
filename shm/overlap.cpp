#include <pinion/shm/overlap.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace pinion {

namespace {

// Products of a stride and a number of steps stay below 2^126.
__extension__ using wide = __int128;

// coefficient * x, for x from 0 to most; the coefficient is above 0. Unsigned and wide: a stride may be the
// smallest number there is, and two arrays with the same stride may have more than 2^63 steps together.
struct term {
  std::uint64_t coefficient = 0;
  wide most = 0;
};

// The numbers that a sum of such terms can be.
class sums {
public:
  void add(std::uint64_t coefficient, wide most) {
    if (most == 0 || coefficient == 0)
      return;
    total_ += static_cast<wide>(coefficient) * most;
    for (std::size_t i = 0; i < size_; ++i)
      if (terms_[i].coefficient == coefficient) {
        terms_[i].most += most;
        return;
      }
    terms_[size_++] = {coefficient, most};
  }

  wide total() const { return total_; }

  // Whether one of them is `wanted`.
  overlap reach(wide wanted, std::uint64_t most_steps) {
    // Large coefficients first: they leave the least to choose.
    std::sort(terms_.begin(), terms_.begin() + static_cast<std::ptrdiff_t>(size_),
              [](const term& x, const term& y) { return x.coefficient > y.coefficient; });
    for (auto i = size_; i-- > 0;) {
      rest_[i] =
          (i + 1 < size_ ? rest_[i + 1] : 0) + static_cast<wide>(terms_[i].coefficient) * terms_[i].most;
      gcd_[i] = std::gcd(terms_[i].coefficient, i + 1 < size_ ? gcd_[i + 1] : 0);
    }
    steps_left_ = most_steps;
    return search(0, wanted);
  }

private:
  // A smallest x >= 0 with coefficient * x = wanted modulo `modulus`, which the gcd of both divides. Extended
  // Euclid.
  static wide first_fit(wide coefficient, wide wanted, wide modulus, wide common) {
    const auto m = modulus / common;
    wide old_r = coefficient / common % m;
    wide r = m;
    wide old_s = 1;
    wide s = 0;
    while (r != 0) {
      const auto q = old_r / r;
      old_r = std::exchange(r, old_r - q * r);
      old_s = std::exchange(s, old_s - q * s);
    }
    const auto x = old_s % m * (wanted / common % m) % m;
    return x < 0 ? x + m : x;
  }

  overlap search(std::size_t level, wide wanted) {
    if (wanted == 0)
      return overlap::some;
    if (level == size_ || wanted < 0 || wanted > rest_[level] || wanted % static_cast<wide>(gcd_[level]) != 0)
      return overlap::none;
    if (level + 1 == size_)
      return overlap::some; // a multiple of the last coefficient, and not too many
    const wide coefficient = terms_[level].coefficient;
    const wide modulus = gcd_[level + 1];
    const wide common = gcd_[level];
    const auto stride = modulus / common;
    // What the others cannot make up must come from here, and no more than is wanted.
    const auto missing = wanted - rest_[level + 1];
    const auto least = missing > 0 ? (missing + coefficient - 1) / coefficient : 0;
    const auto last = std::min(terms_[level].most, wanted / coefficient);
    wide x = first_fit(coefficient, wanted, modulus, common);
    if (x < least)
      x += (least - x + stride - 1) / stride * stride;
    auto answer = overlap::none;
    for (; x <= last; x += stride) {
      if (steps_left_ == 0)
        return overlap::unknown;
      --steps_left_;
      answer = search(level + 1, wanted - coefficient * x);
      if (answer != overlap::none)
        return answer;
    }
    return answer;
  }

  // The axes of two arrays, and the bytes of an element of each.
  std::array<term, 2 * max_rank + 2> terms_{};
  std::array<wide, 2 * max_rank + 2> rest_{};         // the most that this term and those behind it can be
  std::array<std::uint64_t, 2 * max_rank + 2> gcd_{}; // of this coefficient and those behind it
  std::size_t size_ = 0;
  wide total_ = 0;
  std::uint64_t steps_left_ = 0;
};

// An axis that runs backwards touches the same bytes as one that runs forwards from its far end.
wide lowest_byte(const stretch& of) {
  wide low = of.offset;
  for (std::size_t axis = 0; axis < of.lay.rank(); ++axis)
    if (of.lay.strides[axis] < 0)
      low += static_cast<wide>(of.lay.strides[axis]) * of.item * (of.lay.shape[axis] - 1);
  return low;
}

void add_axes(sums& to, const layout& lay, std::int64_t unit) {
  for (std::size_t axis = 0; axis < lay.rank(); ++axis) {
    const auto stride = static_cast<std::uint64_t>(lay.strides[axis]);
    // Of an axis with one element nobody has checked the stride; its product means nothing, and add() drops
    // it.
    to.add((lay.strides[axis] < 0 ? 0 - stride : stride) * static_cast<std::uint64_t>(unit),
           lay.shape[axis] - 1);
  }
}

} // namespace

overlap overlap_of(const stretch& a, const stretch& b, std::uint64_t most_steps) {
  if (a.segment != b.segment || element_count(a.lay.shape) == 0 || element_count(b.lay.shape) == 0)
    return overlap::none;
  const auto item_a = a.item;
  const auto item_b = b.item;
  const auto low_a = lowest_byte(a);
  const auto low_b = lowest_byte(b);
  // low_a + steps_a + byte_a = low_b + steps_b + byte_b, where what stands on the right is counted from its
  // far end, so that all terms come to stand on the left. Elements that fit onto each other are asked for as
  // wholes.
  const bool as_wholes = item_a == item_b && (low_b - low_a) % item_a == 0;
  const auto unit = as_wholes ? 1 : item_a;
  sums right;
  add_axes(right, b.lay, as_wholes ? 1 : item_b);
  if (!as_wholes)
    right.add(1, item_b - 1);
  const auto wanted = (as_wholes ? (low_b - low_a) / item_a : low_b - low_a) + right.total();
  sums all;
  add_axes(all, a.lay, unit);
  add_axes(all, b.lay, as_wholes ? 1 : item_b);
  if (!as_wholes) {
    all.add(1, item_a - 1);
    all.add(1, item_b - 1);
  }
  if (wanted < 0 || wanted > all.total())
    return overlap::none;
  return all.reach(wanted, most_steps);
}

} // namespace pinion
