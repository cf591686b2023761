#include <pinion/runtime/memory_json.hpp>

#include <nlohmann/json.hpp>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

using json = nlohmann::ordered_json;

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count()) / 1e3;
}

// True if some bytes of these elements lie in the array's block.
bool touches(const stored_array& block, std::uint64_t incarnation, std::uint64_t offset, const layout& lay,
             std::int64_t item) {
  if (block.incarnation != incarnation)
    return false;
  if (offset >= block.offset && offset - block.offset < block.bytes)
    return true;
  try {
    const auto span = byte_span_of(lay, static_cast<std::size_t>(item));
    const auto low = static_cast<std::int64_t>(offset) + span.low;
    const auto high = static_cast<std::int64_t>(offset) + span.high;
    const auto begin = static_cast<std::int64_t>(block.offset);
    return low < begin + static_cast<std::int64_t>(block.bytes) && high > begin;
  } catch (const shm_error&) {
    return false;
  }
}

json tasks_of(const stored_array& block, const memory_facts& all) {
  auto result = json::array();
  for (const auto& each : all.claims)
    if (touches(block, each.what.segment, each.what.offset, each.what.lay, each.what.item))
      result.push_back({{"task", each.task},
                        {"kernel", each.kernel},
                        {"right", each.right == access::write ? "write" : "read"},
                        {"state", name_of(each.now)},
                        {"worker", each.slot}});
  return result;
}

json publications_of(const stored_array& block, const memory_facts& all) {
  auto result = json::array();
  for (const auto& each : all.published) {
    if (!touches(block, each.what.incarnation, each.what.offset, each.what.lay,
                 static_cast<std::int64_t>(item_size(each.what.type))))
      continue;
    auto attached = json::array();
    for (const auto& who : each.holders)
      attached.push_back({{"pid", who.pid}, {"age_s", seconds_between(who.since, all.now)}});
    result.push_back({{"name", each.name},
                      {"writable", each.right == access::write},
                      {"withdrawn", each.withdrawn},
                      {"attached", std::move(attached)}});
  }
  return result;
}

json described(const stored_array& what, const char* kind, const memory_facts& all) {
  return {{"segment", what.segment},
          {"offset", what.offset},
          {"bytes", what.bytes},
          {"kind", kind},
          {"type", name_of(what.type)},
          {"shape", std::vector<std::int64_t>(what.shape.begin(), what.shape.end())},
          {"label", what.label},
          {"age_s", seconds_between(what.since, all.now)},
          {"handles", what.holders},
          {"tasks", tasks_of(what, all)},
          {"published", publications_of(what, all)}};
}

} // namespace

std::string memory_json(const memory_facts& what) {
  auto arrays = json::array();
  for (const auto& each : what.arrays.shown)
    arrays.push_back(described(each, "array", what));
  for (const auto& each : what.results.shown)
    arrays.push_back(described(each, "result", what));
  const json result{{"node", what.node},
                    {"pid", what.pid},
                    {"limit", what.limit},
                    {"taken", what.taken},
                    {"arrays", std::move(arrays)},
                    {"more_arrays", what.arrays.more + what.results.more},
                    {"more_bytes", what.arrays.more_bytes + what.results.more_bytes},
                    {"more_tasks", what.more_claims}};
  // A label may be any bytes.
  return result.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace pinion
