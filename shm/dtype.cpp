#include <pinion/shm/dtype.hpp>

#include <array>

namespace pinion {

namespace {

struct row {
  std::string_view name;
  std::uint8_t size;
  std::uint8_t alignment;
};

template <class T>
constexpr row describe(std::string_view name) {
  return {name, sizeof(T), alignof(T)};
}

// In the order of the enum, which begins at 1.
constexpr std::array<row, 14> table{
    row{"invalid", 0, 0},
    describe<bool>("bool"),
    describe<std::int8_t>("int8"),
    describe<std::int16_t>("int16"),
    describe<std::int32_t>("int32"),
    describe<std::int64_t>("int64"),
    describe<std::uint8_t>("uint8"),
    describe<std::uint16_t>("uint16"),
    describe<std::uint32_t>("uint32"),
    describe<std::uint64_t>("uint64"),
    describe<float>("float32"),
    describe<double>("float64"),
    describe<std::complex<float>>("complex64"),
    describe<std::complex<double>>("complex128"),
};
static_assert(static_cast<std::size_t>(dtype::complex128) + 1 == table.size());

const row& row_of(dtype type) noexcept { return table[valid(type) ? static_cast<std::size_t>(type) : 0]; }

} // namespace

bool valid(dtype type) noexcept { return type >= dtype::boolean && type <= dtype::complex128; }

std::size_t item_size(dtype type) noexcept { return row_of(type).size; }

std::size_t alignment_of(dtype type) noexcept { return row_of(type).alignment; }

std::string_view name_of(dtype type) noexcept { return row_of(type).name; }

std::optional<dtype> dtype_named(std::string_view name) noexcept {
  for (std::size_t i = 1; i < table.size(); ++i)
    if (table[i].name == name)
      return static_cast<dtype>(i);
  return std::nullopt;
}

} // namespace pinion
