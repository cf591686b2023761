#include <algorithm>
#include <utility>

#include <pinion/runtime/scenario/parse.hpp>
#include <pinion/runtime/scenario/parse_array.hpp>
#include <pinion/runtime/scenario/parse_step.hpp>
#include <pinion/runtime/scenario/table_reader.hpp>
#include <pinion/runtime/text_file.hpp>

namespace pinion::scenario {
namespace {

// The tables of `[[key]]`, in the order of the file.
std::vector<const toml::table*> tables(const table_reader& root, const char* key) {
  std::vector<const toml::table*> out;
  for (const auto* node : root.list(key)) {
    const auto* table = node->as_table();
    if (!table)
      root.wrong(key, std::string("written as [[") + key + "]] tables");
    out.push_back(table);
  }
  return out;
}

const toml::table* section(const toml::table& root, const table_reader& reader, const char* key) {
  if (!reader.has(key))
    return nullptr;
  const auto* table = root.get_as<toml::table>(key);
  if (!table)
    reader.wrong(key, std::string("written as a [") + key + "] table");
  return table;
}

// What the command line says of a setting counts from its line on: the settings below may build on it.
void change_one(settings& set, const std::string& name, const std::vector<std::string>& sets,
                const std::string& file) {
  for (const auto& one : sets) {
    if (one.starts_with(name + "="))
      set.change(one, file);
  }
}

// A plain value, or { calibrate = "kernel", seconds = … }. toml++ sorts keys; the order of the file is
// wanted.
void read_set(const toml::table& table, const std::string& file, const std::vector<std::string>& sets,
              settings& set) {
  std::vector<std::pair<const toml::key*, const toml::node*>> entries;
  for (const auto& [key, node] : table)
    entries.emplace_back(&key, &node);
  std::sort(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
    const auto& l = left.first->source().begin;
    const auto& r = right.first->source().begin;
    return l.line != r.line ? l.line < r.line : l.column < r.column;
  });
  const table_reader all(table, "[set]", file, set);
  for (const auto& [key, node] : entries) {
    const std::string name(key->str());
    const mark where{file, key->source().begin.line};
    if (!is_name(name))
      fail(where, "'" + name + "' in [set] is no name: letters, digits and underscores, no digit first");
    if (const auto* how = node->as_table()) {
      const table_reader reader(*how, "the measured setting '" + name + "'", file, set,
                                {"calibrate", "seconds"});
      set.declare_measured({name, reader.text("calibrate"), reader.number("seconds", 1e-6, 3600), where});
    } else {
      set.declare(name, all.value_of(*node, name), where);
    }
    change_one(set, name, sets, file);
  }
}

node_spec read_node(const toml::table& table, const std::string& file, const settings& set) {
  const table_reader reader(table, "[node]", file, set, {"workers", "load", "store_limit", "grace_ms"});
  node_spec out;
  if (reader.has("workers"))
    out.workers = static_cast<std::size_t>(reader.whole("workers", 0, 4096));
  out.load = reader.texts("load");
  if (reader.has("load"))
    out.load_where = reader.where("load");
  if (reader.has("store_limit"))
    out.store_limit = reader.size("store_limit");
  out.grace = reader.milliseconds("grace_ms");
  return out;
}

void read_expectations(const table_reader& root, const std::string& file, script& out) {
  std::vector<std::string> known;
  for (const auto& one : out.steps) {
    auto more = names_measured_by(one);
    known.insert(known.end(), more.begin(), more.end());
  }
  for (const auto* table : tables(root, "expect")) {
    const table_reader reader(*table, "[[expect]]", file, out.set, {"that", "why"});
    if (!reader.has("that"))
      (void)reader.text("that"); // says that it is needed
    for (const auto& text : reader.texts("that"))
      out.expectations.emplace_back(text, reader.text("why", ""), reader.where("that"), known);
  }
}

} // namespace

script parse(std::string_view text, const std::filesystem::path& path, const std::vector<std::string>& sets) {
  const std::string file = path.string();
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& wrong) {
    fail({file, wrong.source().begin.line}, std::string(wrong.description()));
  }
  script out;
  out.file = path;
  const table_reader reader(root, "the file", file, out.set,
                            {"title", "set", "node", "array", "step", "expect"});
  if (const auto* table = section(root, reader, "set"))
    read_set(*table, file, sets, out.set);
  for (const auto& one : sets)
    out.set.change(one, file);
  out.title = reader.text("title", path.stem().string());
  if (const auto* table = section(root, reader, "node"))
    out.node = read_node(*table, file, out.set);
  for (const auto* table : tables(reader, "array"))
    out.arrays.push_back(parse_array(*table, file, out));
  for (const auto* table : tables(reader, "step"))
    out.steps.push_back(parse_step(*table, file, out));
  if (out.steps.empty())
    fail({file, 1}, "no [[step]]: there is nothing to play");
  read_expectations(reader, file, out);
  return out;
}

script parse_file(const std::filesystem::path& file, const std::vector<std::string>& sets) {
  return parse(read_text_file(file, runtime_errc::scenario_error), file, sets);
}

} // namespace pinion::scenario
