#include <algorithm>
#include <limits>
#include <utility>

#include <pinion/runtime/scenario/parse_step.hpp>
#include <pinion/runtime/scenario/table_reader.hpp>

namespace pinion::scenario {
namespace {

constexpr std::int64_t most_requests = 1000000;
constexpr std::int64_t most_slots = 4095;
constexpr std::size_t most_threads = 1024;

// All that the functions below need beside their own table.
struct surroundings {
  const std::string& file;
  const script& done;
};

void need_array(const std::string& name, const mark& where, const script& done) {
  std::vector<std::string_view> known;
  for (const auto& one : done.arrays)
    known.emplace_back(one.name);
  if (std::find(known.begin(), known.end(), name) == known.end())
    fail_unknown(where, "no [[array]] is named '" + name + "'", name, known);
}

argument_spec read_argument(const toml::node& node, const table_reader& reader, const surroundings& around) {
  const mark where{around.file, node.source().begin.line};
  if (auto raw = table_reader::raw_text(node)) {
    if (const auto* how = around.done.set.awaited(*raw))
      return {argument_spec::measured{how->name}};
  }
  auto found = reader.value_of(node, "args");
  auto* text = std::get_if<std::string>(&found);
  if (!text || !text->starts_with('@'))
    return {std::move(found)};
  if (text->starts_with("@@"))
    return {scalar(text->substr(1))};
  need_array(text->substr(1), where, around.done);
  return {argument_spec::array{text->substr(1)}};
}

request_spec read_request(const table_reader& reader, const surroundings& around) {
  request_spec out;
  out.kernel = reader.text("kernel");
  out.where = reader.where("kernel");
  if (reader.has("args"))
    out.args_where = reader.where("args");
  for (const auto* node : reader.list("args"))
    out.args.push_back(read_argument(*node, reader, around));
  return out;
}

std::optional<probe_spec> read_probe(const toml::table& table, const table_reader& reader,
                                     const surroundings& around) {
  const auto* how = table.get_as<toml::table>("probe");
  if (!how)
    return reader.flag("probe", false) ? std::optional<probe_spec>(probe_spec{}) : std::nullopt;
  const table_reader inner(*how, "'probe'", around.file, around.done.set, {"every_ms"});
  return probe_spec{std::chrono::milliseconds(inner.whole("every_ms", 1, 60000, 20))};
}

fault_spec read_fault(const table_reader& reader) {
  fault_spec out;
  const auto kind = reader.word("fault", {"kill", "stop", "exit"});
  out.kind = kind == "kill" ? fault_kind::kill : kind == "stop" ? fault_kind::stop : fault_kind::exit;
  out.worker = static_cast<int>(reader.whole("worker", 0, most_slots, 0));
  out.after = reader.milliseconds("after_ms").value_or(std::chrono::milliseconds{0});
  out.where = reader.where();
  return out;
}

way read_way(const table_reader& reader) {
  return *way_named(reader.word("way", {"inline", "threads", "wait", "await"}, "await"));
}

burst_step read_burst(const toml::table& table, const surroundings& around) {
  const table_reader reader(table, "a burst", around.file, around.done.set,
                            {"do", "name", "way", "kernel", "args", "count", "concurrent", "timeout_ms",
                             "idempotent", "probe", "faults"});
  burst_step out;
  out.way = read_way(reader);
  out.request = read_request(reader, around);
  out.count = static_cast<std::size_t>(reader.whole("count", 1, most_requests));
  const auto count = static_cast<std::int64_t>(out.count);
  out.concurrent = static_cast<std::size_t>(reader.whole("concurrent", 1, most_requests, count));
  out.concurrent = std::min(out.concurrent, out.count);
  if (out.way == way::wait && out.concurrent > most_threads)
    fail(reader.where("way"),
         "way = \"wait\" takes a thread for each concurrent request: give 'concurrent', at most " +
             std::to_string(most_threads));
  out.timeout = reader.milliseconds("timeout_ms");
  if (out.timeout && out.timeout->count() == 0)
    reader.wrong("timeout_ms", "above 0; leave it out for no timeout");
  out.idempotent = reader.flag("idempotent", false);
  for (const char* key : {"timeout_ms", "idempotent", "faults"}) {
    if (reader.has(key) && !uses_workers(out.way))
      fail(reader.where(key), std::string("'") + key + "' means nothing without workers: way = \"" +
                                  std::string(name_of(out.way)) + "\" computes in the node");
  }
  out.probe = read_probe(table, reader, around);
  for (const auto* node : reader.list("faults")) {
    const auto* one = node->as_table();
    if (!one)
      reader.wrong("faults", "a list of tables");
    const table_reader inner(*one, "a fault", around.file, around.done.set,
                             {"fault", "worker", "after_ms", "after_answers"});
    auto fault = read_fault(inner);
    if (inner.has("after_answers"))
      fault.after_answers = static_cast<std::size_t>(inner.whole("after_answers", 0, count));
    if (fault.kind == fault_kind::stop && !out.timeout)
      fail(inner.where("fault"), "a stopped worker never answers: give the burst a 'timeout_ms'");
    out.faults.push_back(fault);
  }
  return out;
}

crash_step read_crash(const toml::table& table, const surroundings& around) {
  const table_reader reader(table, "a crash", around.file, around.done.set,
                            {"do", "name", "way", "kernel", "args", "count", "at", "crash"});
  crash_step out;
  out.way = read_way(reader);
  out.request = read_request(reader, around);
  out.count = static_cast<std::size_t>(reader.whole("count", 1, most_requests));
  out.at = static_cast<std::size_t>(reader.whole("at", 0, static_cast<std::int64_t>(out.count) - 1, 0));
  if (const auto* inner = table.get_as<toml::table>("crash"))
    out.crash = read_request(
        table_reader(*inner, "'crash'", around.file, around.done.set, {"kernel", "args"}), around);
  else if (reader.has("crash"))
    reader.wrong("crash", "a table: { kernel = \"crash\", args = [\"abort\"] }");
  else
    out.crash = {"crash", {{scalar(std::string("segv"))}}, reader.where(), {}};
  for (const auto* list : {&out.request.args, &out.crash.args}) {
    for (const auto& one : *list) {
      if (std::holds_alternative<argument_spec::array>(one.value))
        fail(reader.where(),
             "a crash runs in a process of its own, where the arrays of this one are not: no '@' in args");
    }
  }
  return out;
}

spread_step read_spread(const toml::table& table, const surroundings& around) {
  const table_reader reader(table, "a spread", around.file, around.done.set,
                            {"do", "name", "way", "array", "workers", "kernel", "chunk", "in_flight"});
  spread_step out;
  out.shared = reader.word("way", {"copied", "shared"}) == "shared";
  out.array = reader.text("array");
  if (!out.array.starts_with('@'))
    reader.wrong("array", "an array: \"@name\"");
  out.array.erase(0, 1);
  need_array(out.array, reader.where("array"), around.done);
  out.workers = static_cast<std::size_t>(reader.whole("workers", 1, most_slots + 1));
  out.kernel = reader.text("kernel", out.kernel);
  out.where = reader.has("kernel") ? reader.where("kernel") : reader.where("array");
  for (const char* key : {"chunk", "in_flight"}) {
    if (out.shared && reader.has(key))
      fail(reader.where(key), std::string("'") + key + "' belongs to way = \"copied\": nothing travels here");
  }
  if (!out.shared && reader.has("kernel"))
    fail(reader.where("kernel"), "'kernel' belongs to way = \"shared\": a copy is summed by inbox_sum");
  for (const auto& one : around.done.arrays) {
    if (!out.shared && one.name == out.array && !one.type.empty() && one.type != "float64")
      fail(reader.where("array"),
           "inbox_sum, which sums copies, takes float64, and '" + out.array + "' is " + one.type);
  }
  out.chunk = reader.size("chunk", out.chunk);
  if (out.chunk < 8 || out.chunk > 16 * 1024 * 1024)
    reader.wrong("chunk", "a size from 8 B to 16 MiB");
  out.in_flight = static_cast<std::size_t>(reader.whole("in_flight", 1, 4096, 8));
  return out;
}

fault_step read_fault_step(const toml::table& table, const surroundings& around) {
  return {read_fault(table_reader(table, "a fault", around.file, around.done.set,
                                  {"do", "name", "fault", "worker", "after_ms"}))};
}

pause_step read_pause(const toml::table& table, const surroundings& around) {
  const table_reader reader(table, "a pause", around.file, around.done.set, {"do", "name", "ms", "probe"});
  (void)reader.number("ms", 0, 3600 * 1000);
  return {*reader.milliseconds("ms"), read_probe(table, reader, around)};
}

std::string usual_name(const step& what, const std::string& kind, std::size_t number) {
  if (const auto* burst = std::get_if<burst_step>(&what.what))
    return std::string(name_of(burst->way));
  if (const auto* crash = std::get_if<crash_step>(&what.what))
    return "crash_" + std::string(name_of(crash->way));
  if (const auto* spread = std::get_if<spread_step>(&what.what))
    return (spread->shared ? "shared_" : "copied_") + std::to_string(spread->workers);
  return kind + "_" + std::to_string(number);
}

} // namespace

step parse_step(const toml::table& table, const std::string& file, const script& done) {
  const surroundings around{file, done};
  const table_reader reader(table, "[[step]]", file, done.set);
  const auto kind = reader.word("do", {"burst", "crash", "fault", "pause", "spread"});
  step out;
  out.where = reader.where();
  if (kind == "burst")
    out.what = read_burst(table, around);
  else if (kind == "crash")
    out.what = read_crash(table, around);
  else if (kind == "fault")
    out.what = read_fault_step(table, around);
  else if (kind == "pause")
    out.what = read_pause(table, around);
  else
    out.what = read_spread(table, around);
  out.name = reader.has("name") ? reader.name("name") : usual_name(out, kind, done.steps.size() + 1);
  if (std::any_of(done.steps.begin(), done.steps.end(),
                  [&](const step& one) { return one.name == out.name; }))
    fail(reader.has("name") ? reader.where("name") : out.where,
         "there is a step '" + out.name + "' above; give this one another name");
  return out;
}

} // namespace pinion::scenario
