#include <pinion/actors/argument.hpp>

#include <charconv>

namespace pinion {
namespace {

constexpr std::size_t shown_text = 40;

// The shortest form that reads back as the same number.
std::string shortest(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, end.ptr};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, shown_text)) {
    if (c == '"' || c == '\\')
      out += '\\';
    // One line, and nothing that a terminal obeys.
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  if (text.size() <= shown_text)
    return out + '"';
  // A character that was cut in two is not shown at all.
  while ((static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U)
    out.pop_back();
  if ((static_cast<unsigned char>(out.back()) & 0xC0U) == 0xC0U)
    out.pop_back();
  return out + "...\" of " + std::to_string(text.size()) + " bytes";
}

struct describer {
  std::string operator()(std::monostate) const { return "nothing"; }
  std::string operator()(bool x) const { return x ? "bool true" : "bool false"; }
  std::string operator()(std::int64_t x) const { return "int64 " + std::to_string(x); }
  std::string operator()(std::uint64_t x) const { return "uint64 " + std::to_string(x); }
  std::string operator()(double x) const { return "float64 " + shortest(x); }
  std::string operator()(std::complex<double> x) const {
    const auto imag = shortest(x.imag());
    return "complex128 " + shortest(x.real()) + (imag.front() == '-' ? "" : "+") + imag + "j";
  }
  std::string operator()(std::string_view x) const { return "string " + quoted(x); }
  std::string operator()(const array_look& x) const {
    return (x.writable ? "array " : "read-only array ") + describe(x.type, x.lay.shape);
  }
};

struct owner {
  template <class T>
  argument operator()(T x) const {
    return x;
  }
  argument operator()(std::string_view x) const { return std::string(x); }
  argument operator()(const array_look& x) const {
    return array_ref{std::string(x.segment), x.incarnation, x.offset, x.type, x.lay};
  }
};

} // namespace

array_look look(const array_ref& x) { return {x.segment, x.incarnation, x.offset, x.type, x.lay, true}; }

array_look look(const any_view& x) { return look_at(x.data, x.type, x.lay, x.source.get(), x.writable); }

argument_view look(const argument& x) {
  return std::visit(
      [](const auto& value) -> argument_view {
        // A look of its own for what owns memory, else the value itself.
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::complex<double>>)
          return value;
        else
          return look(value);
      },
      x);
}

array_look look_at(const void* data, dtype type, const layout& lay, const origin* from, bool writable) {
  if (from == nullptr || from->segment.empty())
    static_cast<void>(detail::make_ref(from, data, type, lay)); // throws shm's own sentence
  const auto offset = static_cast<const std::byte*>(data) - from->base;
  return {from->segment, from->incarnation, static_cast<std::uint64_t>(offset), type, lay, writable};
}

argument own(const argument_view& x) { return std::visit(owner{}, x); }

std::string describe(const argument_view& x) { return std::visit(describer{}, x); }

std::string describe(const argument& x) { return describe(look(x)); }

} // namespace pinion
