// What tests/numpy/dlpack.py loads: pinion's arrays as DLPack's tensors, and NumPy's as pinion's views.
#include <complex>
#include <string_view>
#include <type_traits>

#include <pinion/shm/dlpack.hpp>
#include <pinion/shm/store.hpp>

using namespace pinion;

namespace {

store& arrays() {
  static store the_store;
  return the_store;
}

any_view& imported() {
  static any_view the_view;
  return the_view;
}

template <class Visit>
void with_type(dtype type, Visit visit) {
  const auto one = [&]<class T>(T) {
    if (dtype_of<T> == type)
      visit(T{});
  };
  one(bool{}), one(std::int8_t{}), one(std::int16_t{}), one(std::int32_t{}), one(std::int64_t{});
  one(std::uint8_t{}), one(std::uint16_t{}), one(std::uint32_t{}), one(std::uint64_t{});
  one(float{}), one(double{}), one(std::complex<float>{}), one(std::complex<double>{});
}

template <class T>
double real_part(T x) {
  if constexpr (std::is_arithmetic_v<T>)
    return static_cast<double>(x);
  else
    return x.real();
}

template <class T>
T number(std::int64_t x) {
  if constexpr (std::is_arithmetic_v<T>)
    return static_cast<T>(x);
  else
    return static_cast<typename T::value_type>(x);
}

} // namespace

extern "C" {

// The numbers from 0 in 4 x 6, laid out as NumPy's expression in the script says.
DLManagedTensor* export_numbers(const char* type, const char* lie) {
  const std::string_view how = lie;
  DLManagedTensor* result = nullptr;
  with_type(*dtype_named(type), [&]<class T>(T) {
    auto v = arrays().make(dtype_of<T>, {4, 6}, fill::zero, how == "F" ? order::fortran : order::c);
    const auto elements = v.template as<T>().view();
    for (std::int64_t i = 0; i < elements.size(); ++i)
      elements.flat(i) = number<T>(i);
    if (how == "T")
      result = to_dlpack(elements.transpose()).release();
    else if (how == "slice")
      result = to_dlpack(elements.slice(0, 3, -1, -2).slice(1, 1, 6, 3)).release();
    else if (how == "scalar")
      result = to_dlpack(elements.row(2).row(1)).release();
    else if (how == "none")
      result = to_dlpack(elements.slice(1, 3, 3)).release();
    else
      result = to_dlpack(elements).release();
  });
  return result;
}

void* address_of(const DLManagedTensor* tensor) { return tensor->dl_tensor.data; }

// Element [0, ..., 0] becomes 1.
void write_first(const DLManagedTensor* tensor) {
  with_type(*detail::from_dlpack(tensor->dl_tensor.dtype),
            [&]<class T>(T) { *static_cast<T*>(tensor->dl_tensor.data) = number<T>(1); });
}

void let_go(DLManagedTensor* tensor) { dlpack_deleter{}(tensor); }

int blocks() { return static_cast<int>(arrays().stats().blocks); }

// 0 when it was taken.
int import_tensor(DLManagedTensor* tensor) {
  try {
    imported() = from_dlpack(dlpack_tensor(tensor));
    return 0;
  } catch (const shm_error& why) {
    return static_cast<int>(why.reason());
  }
}

// The sum of the real parts of what was imported; all elements are 1 afterwards.
double sum_and_fill() {
  double sum = 0;
  with_type(imported().type, [&]<class T>(T) {
    for (auto& each : imported().as<T>()) {
      sum += real_part(each);
      each = number<T>(1);
    }
  });
  return sum;
}

void drop_imported() { imported() = {}; }
}
