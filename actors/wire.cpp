#include <pinion/actors/wire.hpp>

#include <bit>
#include <cstring>
#include <limits>

#include <pinion/actors/error.hpp>

namespace pinion {
namespace {

// The numbers that travel: add at the end, never renumber.
enum class tag : std::uint8_t { nothing, boolean, int64, uint64, float64, complex128, string, array };

template <class Unsigned>
constexpr Unsigned little_endian(Unsigned x) {
  if constexpr (std::endian::native == std::endian::little)
    return x;
  else if constexpr (sizeof x == 4)
    return __builtin_bswap32(x);
  else
    return __builtin_bswap64(x);
}

struct size_of {
  std::size_t operator()(std::monostate) const { return 1; }
  std::size_t operator()(bool) const { return 2; }
  std::size_t operator()(std::int64_t) const { return 9; }
  std::size_t operator()(std::uint64_t) const { return 9; }
  std::size_t operator()(double) const { return 9; }
  std::size_t operator()(std::complex<double>) const { return 17; }
  std::size_t operator()(std::string_view x) const { return 5 + x.size(); }
  std::size_t operator()(const array_look& x) const {
    return 23 + x.segment.size() + 16 * x.lay.shape.size();
  }
};

struct put_into {
  writer& out;

  void mark(tag what) const { out.u8(static_cast<std::uint8_t>(what)); }
  void operator()(std::monostate) const { mark(tag::nothing); }
  void operator()(bool x) const {
    mark(tag::boolean);
    out.u8(x ? 1 : 0);
  }
  void operator()(std::int64_t x) const {
    mark(tag::int64);
    out.i64(x);
  }
  void operator()(std::uint64_t x) const {
    mark(tag::uint64);
    out.u64(x);
  }
  void operator()(double x) const {
    mark(tag::float64);
    out.f64(x);
  }
  void operator()(std::complex<double> x) const {
    mark(tag::complex128);
    out.f64(x.real());
    out.f64(x.imag());
  }
  void operator()(std::string_view x) const {
    mark(tag::string);
    out.text(x);
  }
  void operator()(const array_look& x) const {
    mark(tag::array);
    out.text(x.segment);
    out.u64(x.incarnation);
    out.u64(x.offset);
    out.u8(static_cast<std::uint8_t>(x.type));
    out.u8(static_cast<std::uint8_t>(x.lay.shape.size()));
    for (const auto extent : x.lay.shape)
      out.i64(extent);
    for (const auto stride : x.lay.strides)
      out.i64(stride);
  }
};

// The alternative of type T, made if another one is there; what it held keeps its memory.
template <class T>
T& become(argument& x) {
  if (auto* same = std::get_if<T>(&x))
    return *same;
  return x.emplace<T>();
}

void get_array(reader& in, array_ref& into) {
  into.segment.assign(in.text());
  into.incarnation = in.u64();
  into.offset = in.u64();
  into.type = static_cast<dtype>(in.u8());
  if (!valid(into.type))
    in.malformed("an array of unknown element type " + std::to_string(static_cast<int>(into.type)));
  const std::size_t rank = in.u8();
  if (rank > max_rank)
    in.malformed("an array of rank " + std::to_string(rank) + ", at most " + std::to_string(max_rank) +
                 " are possible");
  const auto numbers = [&](extents& row) {
    row = {};
    for (std::size_t axis = 0; axis < rank; ++axis)
      row.push_back(in.i64());
  };
  numbers(into.lay.shape);
  numbers(into.lay.strides);
}

} // namespace

template <class Unsigned>
void writer::number(Unsigned x) {
  x = little_endian(x);
  char bytes[sizeof x];
  std::memcpy(bytes, &x, sizeof x);
  bytes_.append(bytes, sizeof x);
}

template void writer::number(std::uint32_t);
template void writer::number(std::uint64_t);

void writer::f64(double x) { u64(std::bit_cast<std::uint64_t>(x)); }

void writer::text(std::string_view x) {
  if (x.size() > std::numeric_limits<std::uint32_t>::max())
    throw task_error(actor_errc::bad_arguments,
                     "a string of " + std::to_string(x.size()) +
                         " bytes is too long for a message (4 GiB); put it in an array");
  u32(static_cast<std::uint32_t>(x.size()));
  bytes_.append(x);
}

void writer::put(const argument_view& x) { std::visit(put_into{*this}, x); }

template <class Unsigned>
Unsigned reader::number() {
  Unsigned x = 0;
  std::memcpy(&x, take(sizeof x).data(), sizeof x);
  return little_endian(x);
}

template std::uint32_t reader::number();
template std::uint64_t reader::number();

double reader::f64() { return std::bit_cast<double>(u64()); }

std::string_view reader::take(std::size_t count) {
  if (count > left())
    malformed(std::to_string(count) + " bytes announced, " + std::to_string(left()) + " left");
  const auto part = bytes_.substr(at_, count);
  at_ += count;
  return part;
}

void reader::malformed(const std::string& what) const {
  throw task_error(actor_errc::malformed, "malformed bytes before byte " + std::to_string(at_) + " of " +
                                              std::to_string(bytes_.size()) + ": " + what);
}

void reader::expect_end() const {
  if (left() > 0)
    malformed(std::to_string(left()) + " bytes too many");
}

void reader::get(argument& into) {
  const auto what = u8();
  switch (static_cast<tag>(what)) {
  case tag::nothing:
    into = std::monostate{};
    return;
  case tag::boolean: {
    const auto value = u8();
    if (value > 1)
      malformed("a bool of value " + std::to_string(value));
    into = value == 1;
    return;
  }
  case tag::int64:
    into = i64();
    return;
  case tag::uint64:
    into = u64();
    return;
  case tag::float64:
    into = f64();
    return;
  case tag::complex128: {
    const auto real = f64();
    into = std::complex<double>(real, f64());
    return;
  }
  case tag::string:
    become<std::string>(into).assign(text());
    return;
  case tag::array:
    get_array(*this, become<array_ref>(into));
    return;
  }
  malformed("an argument with the unknown tag " + std::to_string(what));
}

std::string pack_arguments(std::span<const argument_view> arguments) {
  if (arguments.size() > max_arguments)
    throw task_error(actor_errc::bad_arguments, std::to_string(arguments.size()) +
                                                    " arguments are too many, at most " +
                                                    std::to_string(max_arguments) + " are possible");
  std::size_t size = 1;
  for (const auto& x : arguments)
    size += std::visit(size_of{}, x);
  writer out(size);
  out.u8(static_cast<std::uint8_t>(arguments.size()));
  for (const auto& x : arguments)
    out.put(x);
  return std::move(out).take();
}

std::string pack_arguments(std::span<const argument> arguments) {
  std::vector<argument_view> looks;
  looks.reserve(arguments.size());
  for (const auto& x : arguments)
    looks.push_back(look(x));
  return pack_arguments(std::span<const argument_view>(looks));
}

void unpack_arguments(std::string_view bytes, std::vector<argument>& into) {
  reader in(bytes);
  into.resize(in.u8());
  for (auto& x : into)
    in.get(x);
  in.expect_end();
}

std::vector<argument> unpack_arguments(std::string_view bytes) {
  std::vector<argument> arguments;
  unpack_arguments(bytes, arguments);
  return arguments;
}

std::string pack_result(const argument& result) {
  const auto x = look(result);
  writer out(std::visit(size_of{}, x));
  out.put(x);
  return std::move(out).take();
}

argument unpack_result(std::string_view bytes) {
  reader in(bytes);
  argument result;
  in.get(result);
  in.expect_end();
  return result;
}

} // namespace pinion
