#include <doctest/doctest.h>

#include <complex>
#include <cstring>
#include <numeric>
#include <type_traits>
#include <utility>

#include <pinion/shm/dlpack.hpp>
#include <pinion/shm/private_array.hpp>
#include <pinion/shm/store.hpp>

#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;

namespace {

// A tensor of somebody else's, on the stack, that counts how often it was let go of.
struct foreign {
  explicit foreign(void* data) {
    tensor.dl_tensor = {data, {kDLCPU, 0}, 2, {kDLFloat, 64, 1}, shape, strides, 0};
    tensor.manager_ctx = this;
    tensor.deleter = [](DLManagedTensor* self) { ++static_cast<foreign*>(self->manager_ctx)->gone; };
  }
  dlpack_tensor take() { return dlpack_tensor(&tensor); }

  std::int64_t shape[9] = {2, 3, 1, 1, 1, 1, 1, 1, 1};
  std::int64_t strides[9] = {3, 1, 1, 1, 1, 1, 1, 1, 1};
  DLManagedTensor tensor{};
  int gone = 0;
};

} // namespace

TEST_CASE("an exported view has its address, shape and strides, and its type in DLPack's codes") {
  const test::nothing_left after;
  store arrays;
  const auto m = arrays.zeros<double>({6, 8});
  const auto v = m.slice(0, 5, -1, -2).transpose();
  const auto made = to_dlpack(v);
  const auto& tensor = made->dl_tensor;
  CHECK(tensor.data == v.data());
  CHECK(tensor.byte_offset == 0);
  CHECK(tensor.device.device_type == kDLCPU);
  CHECK(tensor.device.device_id == 0);
  REQUIRE(tensor.ndim == 2);
  CHECK(tensor.shape[0] == 8);
  CHECK(tensor.shape[1] == 3);
  CHECK(tensor.strides[0] == 1);
  CHECK(tensor.strides[1] == -16);
  const std::pair<dtype, DLDataType> codes[] = {{dtype::boolean, {6, 8, 1}},
                                                {dtype::int8, {kDLInt, 8, 1}},
                                                {dtype::int16, {kDLInt, 16, 1}},
                                                {dtype::int32, {kDLInt, 32, 1}},
                                                {dtype::int64, {kDLInt, 64, 1}},
                                                {dtype::uint8, {kDLUInt, 8, 1}},
                                                {dtype::uint16, {kDLUInt, 16, 1}},
                                                {dtype::uint32, {kDLUInt, 32, 1}},
                                                {dtype::uint64, {kDLUInt, 64, 1}},
                                                {dtype::float32, {kDLFloat, 32, 1}},
                                                {dtype::float64, {kDLFloat, 64, 1}},
                                                {dtype::complex64, {kDLComplex, 64, 1}},
                                                {dtype::complex128, {kDLComplex, 128, 1}}};
  for (const auto& [type, code] : codes) {
    const auto one = to_dlpack(arrays.make(type, {}));
    CAPTURE(name_of(type));
    CHECK(one->dl_tensor.ndim == 0);
    CHECK(one->dl_tensor.dtype.code == code.code);
    CHECK(one->dl_tensor.dtype.bits == code.bits);
    CHECK(one->dl_tensor.dtype.lanes == code.lanes);
  }
}

TEST_CASE("an exported tensor keeps the elements until its deleter is called, past handles and store") {
  const test::nothing_left after;
  dlpack_tensor kept;
  {
    store arrays;
    auto a = arrays.zeros<std::int32_t>({1000});
    a(999) = 7;
    kept = to_dlpack(a.slice(0, 999, 1000));
    a = {};
    CHECK(arrays.stats().blocks == 1);
    const auto other = to_dlpack(arrays.zeros<std::int8_t>({5}));
    CHECK(arrays.stats().blocks == 2);
  }
  CHECK(*static_cast<std::int32_t*>(kept->dl_tensor.data) == 7);
}

TEST_CASE("what may only be read, and memory that nobody keeps, is not exported") {
  store arrays;
  const auto a = arrays.zeros<double>({3});
  CHECK(test::reason_of([&] { to_dlpack(view<const double>(a)); }) == shm_errc::read_only);
  CHECK(test::reason_of([&] { to_dlpack(a.view().broadcast({2, 3})); }) == shm_errc::read_only);
  double x = 1;
  CHECK(test::reason_of([&] { to_dlpack(view<double>(&x, {{1}, {1}})); }) == shm_errc::not_shared);
  CHECK(to_dlpack(make_private(dtype::float32, {2}))->dl_tensor.ndim == 1);
}

TEST_CASE("a tensor becomes a view of its own elements and is let go of with the last one") {
  double data[] = {1, 2, 3, 4, 5, 6};
  foreign other(data);
  {
    const auto v = from_dlpack(other.take()).as<double>();
    const auto row = v.row(1);
    CHECK(v.shape() == extents{2, 3});
    CHECK(v(0, 2) == 3);
    row(0) = 40;
    CHECK(data[3] == 40);
    CHECK(test::reason_of([&] { static_cast<void>(v.ref()); }) == shm_errc::not_shared);
    CHECK(other.gone == 0);
  }
  CHECK(other.gone == 1);
  other.tensor.dl_tensor.strides = nullptr;
  other.tensor.dl_tensor.byte_offset = 8;
  other.shape[1] = 2;
  CHECK(from_dlpack(other.take()).as<double>()(1, 1) == 5);
  CHECK(other.gone == 2);
  store arrays;
  const auto a = arrays.zeros<std::complex<double>>({4, 5});
  const auto back = from_dlpack(to_dlpack(a.transpose())).as<std::complex<double>>();
  CHECK(back.data() == a.data());
  CHECK(back.lay() == a.transpose().lay());
}

TEST_CASE("a tensor that no view can be is refused, and let go of") {
  double data[] = {1, 2, 3, 4, 5, 6};
  const auto refused = [&](auto change) {
    foreign other(data);
    change(other);
    const auto reason = test::reason_of([&] { from_dlpack(other.take()); });
    CHECK(other.gone == 1);
    return reason;
  };
  CHECK(refused([](foreign& x) { x.tensor.dl_tensor.device.device_type = kDLCUDA; }) ==
        shm_errc::bad_reference);
  CHECK(refused([](foreign& x) { x.tensor.dl_tensor.ndim = 9; }) == shm_errc::bad_shape);
  CHECK(refused([](foreign& x) { x.tensor.dl_tensor.ndim = -1; }) == shm_errc::bad_shape);
  CHECK(refused([](foreign& x) { x.tensor.dl_tensor.dtype.lanes = 2; }) == shm_errc::wrong_type);
  CHECK(refused([](foreign& x) { x.tensor.dl_tensor.dtype.bits = 16; }) == shm_errc::wrong_type);
  CHECK(refused([](foreign& x) { x.tensor.dl_tensor.dtype.code = kDLBfloat; }) == shm_errc::wrong_type);
  CHECK(refused([](foreign& x) { x.tensor.dl_tensor.byte_offset = 4; }) == shm_errc::bad_reference);
  CHECK(refused([](foreign& x) { x.shape[0] = -1; }) == shm_errc::bad_shape);
  CHECK(refused([](foreign& x) { x.shape[0] = std::int64_t{1} << 62; }) == shm_errc::overflow);
  CHECK(refused([](foreign& x) { x.strides[0] = std::int64_t{1} << 61; }) == shm_errc::overflow);
}
