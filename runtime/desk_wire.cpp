#include <pinion/runtime/desk_wire.hpp>

#include <utility>

#include <pinion/actors/task_wire.hpp>
#include <pinion/actors/wire.hpp>

namespace pinion {

namespace {

constexpr std::int64_t no_timeout = -1;

std::string framed(writer&& body) {
  const auto bytes = std::move(body).take();
  writer result(frame_prefix + bytes.size());
  result.text(bytes); // a text is its u32 length and its bytes, just what a frame is
  return std::move(result).take();
}

void check_version(reader& in) {
  const auto theirs = in.u32();
  if (theirs != desk_version)
    throw task_error(actor_errc::bad_arguments, "the other side speaks version " + std::to_string(theirs) +
                                                    " of pinion's protocol, this one " +
                                                    std::to_string(desk_version) +
                                                    "; use the same pinion on both sides");
}

int read_int(reader& in, const std::string& what) {
  const auto value = in.i64();
  if (!std::in_range<int>(value))
    in.malformed("the " + what + " " + std::to_string(value));
  return static_cast<int>(value);
}

} // namespace

std::string pack_frame(const desk_request& what) {
  writer out;
  out.u32(desk_version);
  out.u8(static_cast<std::uint8_t>(what.what));
  out.u64(what.number);
  if (what.what == desk_request::kind::call) {
    out.text(what.kernel);
    out.text(pack_arguments(what.arguments));
    out.i64(what.options.timeout ? what.options.timeout->count() : no_timeout);
    out.i64(what.options.priority);
    out.u8(what.options.idempotent ? 1 : 0);
    out.i64(what.options.worker);
  }
  if (what.what == desk_request::kind::memory) {
    out.u64(what.arrays.most);
    out.text(what.arrays.about);
  }
  if (what.what == desk_request::kind::resize)
    out.u64(what.workers);
  return framed(std::move(out));
}

desk_request unpack_request(std::string_view bytes) {
  reader in(bytes);
  check_version(in);
  desk_request result;
  const auto what = in.u8();
  if (what < 1 || what > static_cast<std::uint8_t>(desk_request::kind::resize))
    in.malformed("a request of kind " + std::to_string(what));
  result.what = static_cast<desk_request::kind>(what);
  result.number = in.u64();
  if (result.what == desk_request::kind::call) {
    result.kernel = in.text();
    result.arguments = unpack_arguments(in.text());
    const auto timeout = in.i64();
    if (timeout < 0 && timeout != no_timeout)
      in.malformed("the timeout " + std::to_string(timeout));
    if (timeout != no_timeout)
      result.options.timeout = std::chrono::nanoseconds{timeout};
    result.options.priority = read_int(in, "priority");
    const auto again = in.u8();
    if (again > 1)
      in.malformed("a truth value of " + std::to_string(again));
    result.options.idempotent = again == 1;
    result.options.worker = read_int(in, "worker");
  }
  if (result.what == desk_request::kind::memory) {
    result.arrays.most = in.u64();
    result.arrays.about = in.text();
  }
  if (result.what == desk_request::kind::resize)
    result.workers = in.u64();
  in.expect_end();
  return result;
}

std::string pack_frame(const desk_answer& what) {
  writer out;
  out.u32(desk_version);
  out.u64(what.number);
  if (const auto* why = std::get_if<failure>(&what.result.result)) {
    out.u32(static_cast<std::uint32_t>(why->code));
    out.text(pack_failure(*why));
    out.i64(why->retry_after.count());
  } else {
    out.u32(0);
    out.text(pack_result(std::get<argument>(what.result.result)));
  }
  const auto& at = what.result.stamps;
  for (const auto each : {at.queued, at.sent, at.started, at.finished, at.replied, at.cpu_ns})
    out.i64(each);
  out.i64(what.result.worker);
  out.text(what.text);
  return framed(std::move(out));
}

desk_answer unpack_answer(std::string_view bytes) {
  reader in(bytes);
  check_version(in);
  desk_answer result;
  result.number = in.u64();
  const auto code = in.u32();
  const auto payload = in.text();
  if (code == 0) {
    result.result.result = unpack_result(payload);
  } else {
    const auto pause = in.i64();
    if (pause < 0)
      in.malformed("a pause of " + std::to_string(pause) + " ms");
    auto why = unpack_failure(actor_errc_of(code), payload);
    why.retry_after = std::chrono::milliseconds{pause};
    result.result.result = std::move(why);
  }
  auto& at = result.result.stamps;
  for (auto* each : {&at.queued, &at.sent, &at.started, &at.finished, &at.replied, &at.cpu_ns})
    *each = in.i64();
  result.result.worker = read_int(in, "worker");
  result.text = in.text();
  in.expect_end();
  return result;
}

std::size_t frame_length(std::string_view four_bytes) {
  const std::size_t length = reader(four_bytes).u32();
  if (length > largest_frame)
    throw task_error(actor_errc::bad_arguments, "a frame of " + std::to_string(length) + " bytes; at most " +
                                                    std::to_string(largest_frame) + " are taken");
  return length;
}

} // namespace pinion
