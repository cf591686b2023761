#include <pinion/actors/task_wire.hpp>

#include <utility>

#include <pinion/actors/wire.hpp>

namespace pinion {

namespace {

// The smallest size of one item, by which a count is checked before room is made for it.
constexpr std::size_t least_run = 8 + 4 + 8 + 1 + 4;
constexpr std::size_t least_done = 8 + 4 + 3 * 8 + 4 + 16;

std::uint32_t checked_count(reader& in, std::size_t least) {
  const auto count = in.u32();
  if (count > in.left() / least)
    in.malformed("a count of " + std::to_string(count) + " items");
  return count;
}

} // namespace

std::string pack_run(std::span<const task_ptr> tasks) {
  auto bytes = std::size_t{4};
  for (const auto& each : tasks)
    bytes += least_run + each->arguments.size();
  writer out(bytes);
  out.u32(static_cast<std::uint32_t>(tasks.size()));
  for (const auto& each : tasks) {
    out.u64(each->id);
    out.u32(each->kernel);
    out.i64(to_ns(each->deadline));
    out.u8(each->emitted() ? 1 : 0);
    out.text(each->arguments);
  }
  return std::move(out).take();
}

std::vector<run_item> unpack_run(std::string_view bytes) {
  reader in(bytes);
  std::vector<run_item> result(checked_count(in, least_run));
  for (auto& each : result) {
    each.id = in.u64();
    each.kernel = in.u32();
    each.deadline_ns = in.i64();
    const auto partial = in.u8();
    if (partial > 1)
      in.malformed("a flag of " + std::to_string(partial));
    each.partial = partial == 1;
    each.arguments = in.text();
  }
  in.expect_end();
  return result;
}

std::string pack_done(std::uint32_t slot, std::uint64_t incarnation, std::uint64_t emitted,
                      std::span<const done_item> items) {
  auto bytes = std::size_t{4 + 8 + 8 + 4};
  for (const auto& each : items)
    bytes += least_done + each.payload.size();
  writer out(bytes);
  out.u32(slot);
  out.u64(incarnation);
  out.u64(emitted);
  out.u32(static_cast<std::uint32_t>(items.size()));
  for (const auto& each : items) {
    out.u64(each.id);
    out.u32(each.code);
    out.i64(each.started_ns);
    out.i64(each.finished_ns);
    out.i64(each.cpu_ns);
    out.text(each.payload);
    // No block lies at 0, where the segment's header is.
    const auto block = each.block.value_or(arena_block{});
    out.u64(block.offset);
    out.u64(block.size);
  }
  return std::move(out).take();
}

done_items unpack_done(std::string_view bytes) {
  reader in(bytes);
  done_items result;
  result.slot = in.u32();
  result.incarnation = in.u64();
  result.emitted = in.u64();
  result.items.resize(checked_count(in, least_done));
  for (auto& each : result.items) {
    each.id = in.u64();
    each.code = in.u32();
    each.started_ns = in.i64();
    each.finished_ns = in.i64();
    each.cpu_ns = in.i64();
    each.payload = in.text();
    const arena_block block{in.u64(), in.u64()};
    if (block.size == 0 && block.offset != 0)
      in.malformed("a block without bytes");
    if (block.size != 0)
      each.block = block;
  }
  in.expect_end();
  return result;
}

std::string pack_failure(const failure& what) {
  writer out;
  out.text(what.text);
  out.text(what.type);
  out.u32(static_cast<std::uint32_t>(what.causes.size()));
  for (const auto& each : what.causes)
    out.text(each);
  out.u32(static_cast<std::uint32_t>(what.trace.size()));
  for (const auto& each : what.trace)
    out.text(each);
  return std::move(out).take();
}

failure unpack_failure(actor_errc code, std::string_view bytes) {
  reader in(bytes);
  failure result;
  result.code = code;
  result.text = in.text();
  result.type = in.text();
  constexpr std::size_t least_text = 4; // its length
  result.causes.resize(checked_count(in, least_text));
  for (auto& each : result.causes)
    each = in.text();
  result.trace.resize(checked_count(in, least_text));
  for (auto& each : result.trace)
    each = in.text();
  in.expect_end();
  return result;
}

outcome outcome_of(const done_item& item, int worker) {
  try {
    if (item.code == 0)
      return {unpack_result(item.payload), {}, worker};
    return {unpack_failure(actor_errc_of(item.code), item.payload), {}, worker};
  } catch (const task_error& why) {
    return {why.why(), {}, worker};
  }
}

} // namespace pinion
