#include <pinion/runtime/http/call_answer.hpp>

#include <cstdio>
#include <type_traits>
#include <utility>

#include <pinion/actors/result.hpp>
#include <pinion/runtime/http/media_type.hpp>
#include <pinion/runtime/http/outcome_json.hpp>
#include <pinion/shm/npy_header.hpp>

namespace pinion::http {

namespace {

template <class T>
response number_as_npy(const T& value) {
  response result;
  result.type = npy_type;
  result.body = format_npy_header({dtype_of<T>, false, order::c, {}});
  result.body.append(reinterpret_cast<const char*>(&value), sizeof value);
  return result;
}

// In milliseconds: how long it waited, and was run.
std::string timing(const task_stamps& stamps) {
  constexpr double ns = 1e-6;
  char text[128];
  std::snprintf(text, sizeof text, "queued;dur=%.3f, run;dur=%.3f, cpu;dur=%.3f",
                static_cast<double>(stamps.started - stamps.queued) * ns,
                static_cast<double>(stamps.finished - stamps.started) * ns,
                static_cast<double>(stamps.cpu_ns) * ns);
  return text;
}

std::optional<response> as_npy(const outcome& what, const std::map<std::size_t, any_view>& arrays,
                               std::optional<std::size_t> written) {
  const auto& result = std::get<argument>(what.result);
  return std::visit(
      [&](const auto& value) -> std::optional<response> {
        using type = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<type, std::string>) {
          return std::nullopt;
        } else if constexpr (std::is_same_v<type, std::monostate>) {
          return written ? std::optional(npy(arrays.at(*written))) : std::nullopt;
        } else if constexpr (std::is_same_v<type, array_ref>) {
          if (what.block)
            return npy(made_array(what).view());
          auto part = within(value, arrays);
          return part ? std::optional(npy(std::move(*part))) : std::nullopt;
        } else {
          return number_as_npy(value);
        }
      },
      result);
}

} // namespace

std::optional<any_view> within(const array_ref& what, const std::map<std::size_t, any_view>& arrays) {
  const auto reach = byte_span_of(what.lay, item_size(what.type));
  for (const auto& [place, each] : arrays) {
    const auto whole = each.ref();
    const auto room = byte_span_of(whole.lay, item_size(whole.type));
    const auto apart = static_cast<std::int64_t>(what.offset) - static_cast<std::int64_t>(whole.offset);
    if (what.segment != whole.segment || apart + reach.low < room.low || apart + reach.high > room.high)
      continue;
    return any_view(static_cast<std::byte*>(each.data) + apart, what.type, what.lay, each.source, false);
  }
  return std::nullopt;
}

response npy_response_of(const std::string& kernel, const outcome& what,
                         const std::map<std::size_t, any_view>& arrays, std::optional<std::size_t> written) {
  auto result = what.ok() ? as_npy(what, arrays, written) : std::nullopt;
  if (!result)
    return response_of(kernel, what, arrays);
  result->fields.emplace_back("Server-Timing", timing(what.stamps));
  return *result;
}

} // namespace pinion::http
