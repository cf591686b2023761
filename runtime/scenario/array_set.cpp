#include <algorithm>
#include <complex>
#include <cstdint>
#include <type_traits>

#include <pinion/runtime/scenario/array_set.hpp>
#include <pinion/shm/dtype.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/npz_file.hpp>
#include <pinion/shm/raw.hpp>

namespace pinion::scenario {
namespace {

// Elements between two looks at whether the work is still wanted: some milliseconds.
constexpr std::size_t stretch = std::size_t{1} << 20;

// splitmix64 (Steele, Lea, Flood 2014): the same numbers on every machine, and quick.
class numbers {
public:
  explicit numbers(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

private:
  std::uint64_t state_;
};

template <class T>
T counted(std::size_t i) {
  if constexpr (std::is_same_v<T, bool>)
    return i % 2 == 1;
  else if constexpr (std::is_arithmetic_v<T>)
    return static_cast<T>(i);
  else
    return T(static_cast<typename T::value_type>(i));
}

// Fractions from 0 to 1, whole numbers from 0 to 99: sums of those stay far from the end of every type's
// range.
template <class T>
T drawn(std::uint64_t bits) {
  if constexpr (std::is_same_v<T, bool>)
    return bits % 2 == 1;
  else if constexpr (std::is_integral_v<T>)
    return static_cast<T>(bits % 100);
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(static_cast<double>(bits >> 11U) * 0x1p-53);
  else
    return T(drawn<typename T::value_type>(bits), drawn<typename T::value_type>(bits * 0x9e3779b97f4a7c15U));
}

template <class T>
void fill_with(const any_array& target, const array_spec& spec, const std::function<void()>& go_on) {
  auto whole = target.as<T>();
  const auto elements = whole.view().span();
  numbers random(spec.seed);
  for (std::size_t begin = 0; begin < elements.size(); begin += stretch) {
    go_on();
    const auto part = elements.subspan(begin, std::min(stretch, elements.size() - begin));
    switch (spec.fill) {
    case fill_kind::zeros:
      std::fill(part.begin(), part.end(), T{});
      break;
    case fill_kind::ones:
      std::fill(part.begin(), part.end(), counted<T>(1));
      break;
    case fill_kind::arange:
      for (std::size_t i = 0; i < part.size(); ++i)
        part[i] = counted<T>(begin + i);
      break;
    case fill_kind::random:
      for (auto& element : part)
        element = drawn<T>(random.next());
      break;
    }
  }
}

void fill(const any_array& target, const array_spec& spec, const std::function<void()>& go_on) {
  switch (target.type()) {
  case dtype::boolean:
    return fill_with<bool>(target, spec, go_on);
  case dtype::int8:
    return fill_with<std::int8_t>(target, spec, go_on);
  case dtype::int16:
    return fill_with<std::int16_t>(target, spec, go_on);
  case dtype::int32:
    return fill_with<std::int32_t>(target, spec, go_on);
  case dtype::int64:
    return fill_with<std::int64_t>(target, spec, go_on);
  case dtype::uint8:
    return fill_with<std::uint8_t>(target, spec, go_on);
  case dtype::uint16:
    return fill_with<std::uint16_t>(target, spec, go_on);
  case dtype::uint32:
    return fill_with<std::uint32_t>(target, spec, go_on);
  case dtype::uint64:
    return fill_with<std::uint64_t>(target, spec, go_on);
  case dtype::float32:
    return fill_with<float>(target, spec, go_on);
  case dtype::float64:
    return fill_with<double>(target, spec, go_on);
  case dtype::complex64:
    return fill_with<std::complex<float>>(target, spec, go_on);
  case dtype::complex128:
    return fill_with<std::complex<double>>(target, spec, go_on);
  }
}

any_array load(store& where, const array_spec& spec, const std::filesystem::path& folder) {
  const auto path = folder / spec.file;
  try {
    if (!spec.type.empty())
      return load_raw(where, path, *dtype_named(spec.type), extents(spec.shape), spec.format);
    if (!spec.file.ends_with(".npz"))
      return load_npy(where, path);
    npz_file archive(path);
    return spec.member.empty() ? archive.load_only(where) : archive.load(where, spec.member);
  } catch (const std::system_error& wrong) {
    fail(spec.where, wrong.what());
  }
}

} // namespace

array_set::array_set(store& where, const std::vector<array_spec>& specs, const std::filesystem::path& folder,
                     const std::function<void()>& go_on) {
  for (const auto& spec : specs) {
    go_on();
    if (!spec.file.empty()) {
      arrays_.emplace(spec.name, load(where, spec, folder));
      continue;
    }
    // The type was checked when the file was read.
    auto made = where.make(*dtype_named(spec.type), extents(spec.shape));
    where.label(made, "@" + spec.name); // for `pinion shm`, as the file spells it
    scenario::fill(made, spec, go_on);
    arrays_.emplace(spec.name, std::move(made));
  }
}

} // namespace pinion::scenario
