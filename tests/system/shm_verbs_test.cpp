// `pinion shm` and `name:prices`, with real nodes, holders and deaths.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <numeric>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <pinion/pinion.hpp>
#include <pinion/runtime/front_desk.hpp>

#include <support/child.hpp>
#include <support/hold.hpp>
#include <support/named_node.hpp>
#include <support/process.hpp>
#include <support/scratch_directory.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
using test::own_names;
namespace fs = std::filesystem;
using json = nlohmann::json;

namespace {

constexpr const char* part_variable = "PINION_TEST_SHM_VERBS";

double first_slowly(view<const double> x, double seconds, context& run) {
  test::take_time(run, seconds);
  return x(0);
}

void say(const std::string& text) {
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

config lab_in(const fs::path& folder) {
  config settings;
  settings.name = "lab";
  settings.workers = 1;
  settings.runtime_dir = folder;
  return settings;
}

// A node "lab" with a front desk, an array that it publishes and one that has a label.
void play_lab(const fs::path& folder, bool busy) {
  node mine(lab_in(folder));
  const front_desk desk(mine, folder, [] {});
  const auto prices = mine.zeros<double>({1000});
  std::iota(prices.begin(), prices.end(), 0.0);
  mine.publish("prices", prices);
  const auto labelled = mine.zeros<float>({3, 4});
  mine.arrays().label(labelled.view(), "weights.npy");
  future<double> task;
  if (busy)
    task = mine.submit<double>("shm_first_slowly", prices, 1000.0);
  say("ready " + prices.ref().segment);
  ::pause();
}

// The same without a front desk, and two nodes in one program.
void play_program(const fs::path& folder) {
  node first(lab_in(folder));
  auto other = lab_in(folder);
  other.name = "den";
  node second(other);
  const auto prices = first.zeros<double>({1000});
  first.publish("prices", prices);
  const auto kept = second.zeros<float>({7});
  second.arrays().label(kept.view(), "weights.npy");
  node third(other); // of the same name, since nobody is to call it
  const auto many = third.zeros<float>({9});
  third.arrays().label(many.view(), "bias.npy");
  say("ready " + prices.ref().segment);
  ::pause();
}

// Two nodes, the second of which is stuck, as somebody waits on its I/O thread.
void play_stuck(const fs::path& folder) {
  node first(lab_in(folder));
  auto other = lab_in(folder);
  other.name = "den";
  node second(other);
  const auto prices = second.zeros<double>({1000});
  std::promise<void> is_stuck;
  second.submit_then({}, "nothing of that name", {}, {}, [&](outcome&&) {
    is_stuck.set_value();
    ::pause();
  });
  is_stuck.get_future().wait();
  say("ready " + prices.ref().segment);
  ::pause();
}

// A child that holds on to all that its parent had open.
void play_forker(const fs::path& folder) {
  node mine(lab_in(folder));
  mine.wait_ready();
  const auto child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  say("ready " + std::to_string(child));
  ::pause();
}

// A front desk that does not let its node be stopped; and an array whose name is withdrawn while it is used.
void play_lasting(const fs::path& folder) {
  node mine(lab_in(folder));
  const front_desk desk(mine, folder, {});
  const auto prices = mine.zeros<double>({1000});
  mine.publish("prices", prices);
  const auto used = attach<const double>("prices", folder);
  mine.withdraw("prices");
  say("ready " + prices.ref().segment);
  ::pause();
}

// As many larger arrays beside the published one as no node tells of at a time.
void play_crowd(const fs::path& folder) {
  node mine(lab_in(folder));
  const front_desk desk(mine, folder, [] {});
  const auto prices = mine.zeros<double>({2});
  mine.publish("prices", prices);
  mine.arrays().label(prices.view(), "week.npy");
  std::vector<array<double>> crowd;
  for (int i = 0; i < 1100; ++i)
    crowd.push_back(mine.zeros<double>({100}));
  say("ready " + prices.ref().segment);
  ::pause();
}

int play(const std::string& part, const fs::path& folder) {
  if (part == "lab" || part == "busy") {
    play_lab(folder, part == "busy");
  } else if (part == "program") {
    play_program(folder);
  } else if (part == "stuck") {
    play_stuck(folder);
  } else if (part == "forker") {
    play_forker(folder);
  } else if (part == "lasting") {
    play_lasting(folder);
  } else if (part == "crowd") {
    play_crowd(folder);
  } else if (part == "attach") {
    const auto prices = attach<const double>("prices", folder);
    say("attached");
    ::pause();
  }
  return 0;
}

// This program, started again to play a part.
struct part {
  part(const std::string& name, const fs::path& folder, std::vector<std::string> before = {})
      : process(command(std::move(before)),
                {std::string(part_variable) + "=" + name + ":" + folder.string()}) {}
  // What follows the word, once it was said.
  std::string says(const std::string& word) {
    std::string rest;
    const bool said = test::eventually([&] {
      const auto text = process.out();
      const auto at = text.find(word);
      const auto end = text.find('\n', at);
      if (at == std::string::npos || end == std::string::npos)
        return false;
      rest = text.substr(at + word.size(), end - at - word.size());
      return true;
    });
    REQUIRE_MESSAGE(said, process.err());
    return rest;
  }
  static std::vector<std::string> command(std::vector<std::string> before) {
    before.push_back(fs::read_symlink("/proc/self/exe").string());
    before.emplace_back("-tc=a program that plays a part for the tests of pinion shm");
    return before;
  }
  test::process process;
};

json printed(const std::vector<std::string>& words, const own_names& names, int code = 0) {
  std::string out;
  std::string err;
  const auto ended = test::run(words, names, &out, &err);
  CHECK_MESSAGE(ended == code, err);
  return out.empty() ? json() : json::parse(out);
}

std::string complaint(const std::vector<std::string>& words, const own_names& names, int code = 1) {
  std::string out;
  std::string err;
  CHECK(test::run(words, names, &out, &err) == code);
  CHECK(std::count(err.begin(), err.end(), '\n') == 1);
  return err;
}

bool contains(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

json segment_in(const json& all, const std::string& name) {
  for (const auto& each : all["segments"])
    if (each["name"] == name)
      return each;
  return nullptr;
}

json array_in(const json& segment, const std::string& label) {
  for (const auto& each : segment["arrays"])
    if (each["label"] == label)
      return each;
  return nullptr;
}

bool is_there(const std::string& segment) { return fs::exists(path_of(segment)); }

} // namespace

PINION_KERNELS(k) { k.add("shm_first_slowly", first_slowly); }

TEST_CASE("a program that plays a part for the tests of pinion shm") {
  const char* order = std::getenv(part_variable);
  if (order == nullptr)
    return;
  const std::string text(order);
  const auto colon = text.find(':');
  ::_exit(play(text.substr(0, colon), text.substr(colon + 1)));
}

TEST_CASE("shm ls shows a node's segments, its arrays, and who holds them, as long as they do") {
  const own_names names;
  part lab("lab", names.folder);
  const auto name = lab.says("ready ");
  {
    part holder("attach", names.folder);
    holder.says("attached");
    const auto segment = segment_in(printed({"shm", "ls", "--json"}, names), name);
    REQUIRE(segment.is_object());
    CHECK(segment["state"] == "alive");
    CHECK(segment["node"] == "lab");
    CHECK(segment["size"] == 1 << 20);
    CHECK(segment["taken"] == 1 << 20);
    CHECK(segment["owner"]["pid"] == lab.process.pid());
    CHECK(contains(segment["owner"]["program"], "pinion_test_system"));
    CHECK(segment["users"].size() == 2);
    const auto prices = array_in(segment, "published as prices");
    REQUIRE(prices.is_object());
    CHECK(prices["type"] == "float64");
    CHECK(prices["shape"] == json::array({1000}));
    CHECK(prices["bytes"] == 8000);
    CHECK(prices["published"][0]["name"] == "prices");
    REQUIRE(prices["published"][0]["attached"].size() == 1);
    CHECK(prices["published"][0]["attached"][0]["pid"] == holder.process.pid());
    CHECK(contains(prices["published"][0]["attached"][0]["program"], "pinion_test_system"));
    CHECK(array_in(segment, "weights.npy")["shape"] == json::array({3, 4}));

    std::string text;
    CHECK(test::run({"shm", "ls"}, names, &text) == 0);
    CHECK(contains(text, name));
    CHECK(contains(text, "  float64[1000] published as prices"));
    CHECK(contains(text, "process " + std::to_string(holder.process.pid())));
    holder.process.signal(SIGKILL);
    holder.process.wait();
  }
  CHECK(test::eventually([&] {
    const auto segment = segment_in(printed({"shm", "ls", "--json"}, names), name);
    return segment["users"].size() == 1 &&
           array_in(segment, "published as prices")["published"][0]["attached"].empty();
  }));
}

TEST_CASE("shm ls shows the task that has a lease on an array") {
  const own_names names;
  part lab("busy", names.folder);
  const auto name = lab.says("ready ");
  CHECK(test::eventually([&] {
    const auto segment = segment_in(printed({"shm", "ls", "--json"}, names), name);
    const auto tasks = array_in(segment, "published as prices")["tasks"];
    return tasks.size() == 1 && tasks[0]["kernel"] == "shm_first_slowly" && tasks[0]["right"] == "read" &&
           tasks[0]["state"] == "runs" && tasks[0]["worker"] == 0;
  }));
}

TEST_CASE("shm ls shows no more arrays than asked for, and says how many more there are") {
  const own_names names;
  part lab("lab", names.folder);
  const auto name = lab.says("ready ");
  const auto all = printed({"shm", "ls", "--arrays", "1", "--json"}, names);
  CHECK(segment_in(all, name)["arrays"].size() == 1);
  CHECK(all["nodes"][0]["more_arrays"] == 1);
  CHECK(contains(complaint({"shm", "ls", "--arrays", "1000000"}, names, 2), "--arrays"));
}

TEST_CASE("a stopped node does not hold up shm ls, which says so and shows what can be seen from outside") {
  const own_names names;
  part lab("lab", names.folder);
  const auto name = lab.says("ready ");
  lab.process.signal(SIGSTOP);
  std::string out;
  std::string err;
  CHECK(test::run({"shm", "ls", "--json"}, names, &out, &err) == 1);
  CHECK(contains(err, "stopped"));
  const auto all = json::parse(out);
  CHECK(segment_in(all, name)["state"] == "alive");
  CHECK(segment_in(all, name)["arrays"].is_null());
  CHECK(all["nodes"][0]["answers"] == false);
  lab.process.signal(SIGCONT);
  CHECK(segment_in(printed({"shm", "ls", "--json"}, names), name)["arrays"].size() == 2);
}

TEST_CASE(
    "shm why tells of a segment, a published name and a label: owner, holders, and what would free it") {
  const own_names names;
  part lab("lab", names.folder);
  const auto name = lab.says("ready ");
  part holder("attach", names.folder);
  holder.says("attached");
  for (const auto& spelled : {name, name.substr(1), path_of(name)}) {
    std::string text;
    CHECK(test::run({"shm", "why", spelled}, names, &text) == 0);
    CHECK(contains(text, name + " is a segment of 1.00 MiB"));
    CHECK(contains(text, "Its owner is process " + std::to_string(lab.process.pid())));
    CHECK(contains(text, "float64[1000]"));
    CHECK(contains(text, "It is mapped by process "));
    CHECK(contains(text, "`pinion stop lab`"));
  }
  std::string text;
  CHECK(test::run({"shm", "why", "prices"}, names, &text) == 0);
  CHECK(contains(text, "It is published as 'prices'."));
  CHECK(contains(text, "process " + std::to_string(holder.process.pid())));
  CHECK(contains(text, "Withdraw its name, and drop all that holds it"));
  const auto label = printed({"shm", "why", "weights", "--json"}, names);
  REQUIRE(label["found"].size() == 1);
  CHECK(label["found"][0]["is"] == "label");
  CHECK(label["found"][0]["segment"]["name"] == name);
  CHECK(contains(complaint({"shm", "why", "pricse"}, names), "did you mean `prices`?"));
  CHECK(contains(complaint({"shm", "why"}, names, 2), "NAME"));
  CHECK(contains(complaint({"shm", "why", "/dev/shm/nothing-of-that-name"}, names),
                 "nothing in shared memory"));
}

TEST_CASE("shm why finds what is smaller than all that a node tells of at a time") {
  const own_names names;
  part lab("crowd", names.folder);
  const auto name = lab.says("ready ");
  for (const auto* spelled : {"prices", "week.npy"}) {
    std::string text;
    CHECK(test::run({"shm", "why", spelled}, names, &text) == 0);
    CHECK(contains(text, "float64[2] (64 bytes, week.npy"));
    CHECK(contains(text, "It is published as 'prices'."));
  }
  std::string text;
  CHECK(test::run({"shm", "why", name}, names, &text) == 0);
  CHECK(contains(text, "1101 arrays lie in it:"));
  CHECK(contains(text, "and 1091 smaller ones"));
}

TEST_CASE("the nodes of a program that nobody can call are asked for their arrays all the same") {
  const own_names names;
  part program("program", names.folder);
  const auto name = program.says("ready ");
  part holder("attach", names.folder);
  holder.says("attached");
  const auto all = printed({"shm", "ls", "--json"}, names);
  const auto segment = segment_in(all, name);
  CHECK(array_in(segment, "published as prices")["published"][0]["attached"][0]["pid"] ==
        holder.process.pid());
  CHECK(segment["owner"]["called_by_name"] == false);
  CHECK(all["nodes"].size() == 3);
  std::string text;
  CHECK(test::run({"shm", "why", "prices"}, names, &text) == 0);
  CHECK(contains(text, "`kill " + std::to_string(program.process.pid()) + "`"));
  CHECK(test::run({"shm", "why", "weights"}, names, &text) == 0);
  CHECK(contains(text, "float32[7]"));
  CHECK(test::run({"shm", "why", "bias"}, names, &text) == 0);
  // It is no node for others.
  CHECK(test::run({"ps"}, names, &text) == 0);
  CHECK_FALSE(contains(text, "lab"));
  program.process.signal(SIGSTOP);
  CHECK(contains(complaint({"shm", "ls"}, names), "is stopped"));
  program.process.signal(SIGKILL);
  program.process.wait();
  CHECK_FALSE(fs::is_empty(names.folder / "memory"));
  printed({"shm", "gc", "--json"}, names);
  CHECK(fs::is_empty(names.folder / "memory"));
}

TEST_CASE("what a stuck node has is unknown, also where another one of its program answers") {
  const own_names names;
  part program("stuck", names.folder);
  const auto name = program.says("ready ");
  std::string out;
  std::string err;
  CHECK(test::run({"shm", "ls", "--json"}, names, &out, &err) == 1);
  CHECK(contains(err, "is stuck"));
  const auto all = json::parse(out);
  CHECK(segment_in(all, name)["arrays"].is_null());
  CHECK(all["nodes"].size() == 2);
  CHECK(test::run({"shm", "why", name}, names, &out, &err) == 0);
  CHECK(contains(out, "What lies in it cannot be told"));
}

TEST_CASE("a child that keeps the door of a dead node open holds up nobody who asks") {
  const own_names names;
  part program("forker", names.folder);
  const auto child = static_cast<pid_t>(std::stol(program.says("ready ")));
  program.process.signal(SIGKILL);
  program.process.wait();
  std::string err;
  CHECK(test::run({"shm", "ls"}, names, nullptr, &err) == 0);
  CHECK(err.empty());
  ::kill(child, SIGKILL);
}

TEST_CASE("a node whose program does not let it be stopped is called all the same, and goes on") {
  const own_names names;
  part program("lasting", names.folder);
  program.says("ready ");
  std::string out;
  std::string err;
  CHECK(test::run({"ps"}, names, &out) == 0);
  CHECK(contains(out, "lab"));
  CHECK(test::run({"stop", "lab"}, names, &out, &err) == 1);
  CHECK(contains(err, "does not let it be stopped"));
  CHECK(test::run({"shm", "ls"}, names, &out) == 0);
  CHECK(contains(out, "(prices is withdrawn)"));
}

TEST_CASE("nothing is made in a runtime directory that is open to others") {
  const own_names names;
  fs::create_directory(names.folder);
  fs::permissions(names.folder, fs::perms::all);
  std::string out;
  CHECK(test::run({"call", "fib", "10"}, names, &out) == 0);
  CHECK(out == "55\n");
  CHECK(fs::is_empty(names.folder));
}

TEST_CASE("a call and a scenario are asked for their arrays while they run") {
  const own_names names;
  const test::scratch_directory files("shm-verbs");
  const auto shown = [&](const std::string& label) {
    const auto all = printed({"shm", "ls", "--json"}, names);
    return std::any_of(all["segments"].begin(), all["segments"].end(), [&](const json& segment) {
      return segment["arrays"].is_array() && array_in(segment, label).is_object();
    });
  };
  SUBCASE("a call") {
    const std::string square = "zeros:float64:4000x4000"; // half a minute of work
    test::process call({test::program, "call", "matmul", square, square, square}, names.environment);
    CHECK_MESSAGE(test::eventually([&] { return shown("argument 3"); }), call.err());
    call.signal(SIGINT);
    CHECK(call.wait() == 130);
  }
  SUBCASE("a scenario") {
    std::ofstream(files / "slow.toml") << "[[array]]\nname = \"load\"\nshape = [1000]\n"
                                          "[[step]]\ndo = \"burst\"\nkernel = \"sleep\"\nargs = [600.0]\n"
                                          "count = 1\n";
    test::process run({test::program, "run", (files / "slow.toml").string()}, names.environment);
    CHECK_MESSAGE(test::eventually([&] { return shown("@load"); }), run.err());
    run.signal(SIGINT);
    CHECK(run.wait() == 130);
  }
}

TEST_CASE("a program with a front desk is asked and stopped like a node of the command line") {
  const own_names names;
  test::process program({PINION_BUILD_DIR "/bin/example_reachable"}, names.environment);
  std::string text;
  REQUIRE(test::eventually([&] { return test::run({"shm", "why", "prices"}, names, &text) == 0; }));
  CHECK(contains(text, "It is published as 'prices'."));
  CHECK(contains(text, "(example_reachable)"));
  CHECK(test::run({"stop", "pricing"}, names) == 0);
  CHECK(program.wait() == 0);
}

TEST_CASE("shm why tells of a file that is nobody's segment") {
  const own_names names;
  const auto file = fs::path(shm_directory) / ("pinion-test-" + std::to_string(::getpid()));
  std::ofstream(file) << "x";
  std::string text;
  CHECK(test::run({"shm", "why", file.string()}, names, &text) == 0);
  fs::remove(file);
  CHECK(contains(text, "is no segment of pinion"));
}

TEST_CASE("what a killed owner leaves is shown as dead, and collected") {
  const own_names names;
  part lab("lab", names.folder);
  const auto name = lab.says("ready ");
  const auto workers = test::children_of(lab.process.pid());
  part holder("attach", names.folder);
  holder.says("attached");
  const auto living = printed({"shm", "gc", "--json"}, names);
  CHECK(is_there(name));
  CHECK(living["nodes"].empty());
  lab.process.signal(SIGKILL);
  lab.process.wait();
  for (const auto each : workers)
    REQUIRE(test::eventually([&] { return !test::lives(each); }));
  // Any node that starts on this machine may sweep it meanwhile.
  const auto all = printed({"shm", "ls", "--json"}, names);
  if (const auto segment = segment_in(all, name); segment.is_object())
    CHECK(segment["state"] == "dead");
  std::string text;
  if (test::run({"shm", "why", name}, names, &text) == 0 && is_there(name))
    CHECK(contains(text, "is dead"));
  const auto dry = printed({"shm", "gc", "--dry-run", "--json"}, names);
  CHECK(dry["dry_run"] == true);
  CHECK(dry["nodes"] == json::array({"lab"}));
  CHECK(dry["arrays"] == json::array({"prices"}));
  const auto listed = [&](const json& collected) {
    return std::any_of(collected["segments"].begin(), collected["segments"].end(),
                       [&](const json& each) { return each["name"] == name; });
  };
  CHECK((listed(dry) || !is_there(name)));
  CHECK(fs::exists(names.folder / "lab.sock"));
  const auto collected = printed({"shm", "gc", "--json"}, names);
  CHECK(collected["nodes"] == json::array({"lab"}));
  CHECK(collected["arrays"] == json::array({"prices"}));
  CHECK_FALSE(is_there(name));
  CHECK(test::shm_left(lab.process.pid()).empty());
  CHECK_FALSE(fs::exists(names.folder / "lab.sock"));
  // Who attached still has the memory, and is told of.
  const auto after = printed({"shm", "ls", "--json"}, names);
  CHECK(std::any_of(after["unnamed"].begin(), after["unnamed"].end(), [&](const json& each) {
    return each["name"] == name && each["users"][0]["pid"] == holder.process.pid();
  }));
  CHECK(printed({"shm", "gc", "--json"}, names)["nodes"].empty());
}

TEST_CASE("what others leave or collect at the same time is no failure to collect") {
  const own_names names;
  for (int i = 0; i < 20; ++i) {
    test::process gc({test::program, "shm", "gc", "--json"}, names.environment);
    test::process other({test::program, "shm", "gc", "--json"}, names.environment);
    for (int k = 0; k < 20; ++k) {
      test::child owner([] {
        store arrays;
        const auto left = arrays.zeros<double>({1000});
        test::child::say("made");
        ::pause();
      });
      owner.line();
      owner.kill();
    }
    CHECK(gc.wait() == 0);
    CHECK(json::parse(gc.out())["not_removed"].empty());
    CHECK(other.wait() == 0);
  }
  printed({"shm", "gc", "--json"}, names);
}

TEST_CASE("a call takes an array by the name under which another process publishes it") {
  const own_names names;
  part lab("lab", names.folder);
  lab.says("ready ");
  test::running_node den(names, "den", "1");
  std::string out;
  CHECK(test::run({"call", "sum", "name:prices"}, names, &out) == 0);
  CHECK(out == "499500\n");
  CHECK(test::run({"call", "--node", "den", "sum", "name:prices"}, names, &out) == 0);
  CHECK(out == "499500\n");
  CHECK(
      contains(complaint({"call", "--node", "den", "sum", "name:pricse"}, names), "did you mean `prices`?"));
  CHECK(
      contains(complaint({"call", "--node", "den", "sum", "name:"}, names, 2), "name of a published array"));
  CHECK(contains(complaint({"call", "--node", "den", "fib", "name:prices"}, names, 2), "fib"));
  CHECK(contains(complaint({"call", "--node", "den", "scale", "name:prices", "2"}, names),
                 "published for reading only"));
  CHECK(contains(complaint({"call", "scale", "name:prices", "2"}, names), "published for reading only"));
  lab.process.signal(SIGKILL);
  lab.process.wait();
  CHECK(contains(complaint({"call", "--node", "den", "sum", "name:prices"}, names),
                 "no array is published as 'prices'"));
}

TEST_CASE(
    "another user sees nothing of ours, attaches to nothing, collects nothing, and may use the same names") {
  if (::geteuid() != 0) {
    MESSAGE("needs root to become somebody else; skipped");
    return;
  }
  const std::vector<std::string> become{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  const own_names names;
  const auto as_other = [&](std::vector<std::string> words, const std::string& folder) {
    auto line = become;
    line.push_back(test::program);
    line.insert(line.end(), words.begin(), words.end());
    return std::pair(line, std::vector<std::string>{"PINION_RUNTIME_DIR=" + folder});
  };
  {
    const auto [line, variables] = as_other({"--version"}, "/");
    test::process reachable(line, variables);
    if (reachable.wait() != 0) {
      MESSAGE("the program cannot be reached by another user here; skipped");
      return;
    }
  }
  const auto theirs = names.folder.string() + "-other";
  fs::remove_all(theirs);
  fs::create_directory(theirs);
  REQUIRE(::chown(theirs.c_str(), 65534, 65534) == 0);
  fs::permissions(theirs, fs::perms::owner_all);
  part lab("lab", names.folder);
  const auto name = lab.says("ready ");
  {
    part other("lab", theirs, become);
    const auto other_name = other.says("ready ");
    const auto run = [&](const std::vector<std::string>& words, const std::string& folder, std::string* err) {
      const auto [line, variables] = as_other(words, folder);
      test::process one(line, variables);
      const auto code = one.wait();
      if (err != nullptr)
        *err = one.err();
      return std::pair(code, one.out());
    };
    // Each sees its own, and counts the other's.
    const auto [code, out] = run({"shm", "ls", "--json"}, theirs, nullptr);
    REQUIRE(code == 0);
    const auto seen = json::parse(out);
    CHECK(segment_in(seen, name).is_null());
    CHECK(segment_in(seen, other_name)["owner"]["pid"] == other.process.pid());
    CHECK(array_in(segment_in(seen, other_name), "published as prices").is_object());
    CHECK(seen["others"]["segments"].get<int>() >= 1);
    const auto mine = printed({"shm", "ls", "--json"}, names);
    CHECK(segment_in(mine, other_name).is_null());
    CHECK(segment_in(mine, name).is_object());
    // Even where the folder would let him in.
    fs::permissions(names.folder, fs::perms::all);
    fs::permissions(names.folder / "arrays", fs::perms::all);
    fs::permissions(names.folder / "arrays" / "prices.sock", fs::perms::all);
    std::string err;
    CHECK(run({"call", "sum", "name:prices"}, names.folder.string(), &err).first == 1);
    CHECK(contains(err, "belongs to another user"));
    fs::permissions(names.folder, fs::perms::owner_all);
    // Under his own folder the same name is another array.
    CHECK(run({"call", "sum", "name:prices"}, theirs, &err).second == "499500\n");
    CHECK(contains(run({"shm", "why", name}, theirs, nullptr).second, "not to you"));
    // Ours is left alone, alive and dead.
    CHECK(run({"shm", "gc", "--json"}, theirs, nullptr).first == 0);
    CHECK(is_there(name));
    other.process.signal(SIGKILL);
    other.process.wait();
    printed({"shm", "gc", "--json"}, names);
    CHECK(is_there(other_name));
    CHECK(run({"shm", "gc"}, theirs, nullptr).first == 0);
    CHECK(test::eventually([&] {
      run({"shm", "gc"}, theirs, nullptr);
      return !is_there(other_name) && test::shm_left(other.process.pid()).empty();
    }));
  }
  fs::remove_all(theirs);
}

TEST_CASE("the doctor ends with 1 when there is a problem, and names it") {
  const own_names names;
  const auto examine = [&](const std::string& limits, int code) {
    test::process doctor({"sh", "-c", limits + " exec " + test::program + " shm doctor --json --workers 2"},
                         names.environment);
    CHECK_MESSAGE(doctor.wait() == code, doctor.err());
    return json::parse(doctor.out());
  };
  const auto state_of = [](const json& all, const std::string& check) {
    for (const auto& each : all["checks"])
      if (each["check"] == check)
        return each["state"].get<std::string>();
    return std::string("missing");
  };
  const auto few = examine("ulimit -n 32;", 1);
  CHECK(few["problems"].get<int>() >= 1);
  CHECK(state_of(few, "open-files") == "problem");
  const auto small = examine("ulimit -f 1024;", 1);
  CHECK(state_of(small, "file-size") == "problem");
  CHECK(contains(complaint({"shm", "doctor", "now"}, names, 2), "unexpected argument `now`"));
}

TEST_CASE(
    "shm ls lists segments also where the runtime directory cannot be used, and says why it cannot ask all") {
  const own_names names;
  part lab("lab", names.folder);
  const auto name = lab.says("ready ");
  fs::permissions(names.folder, fs::perms::all);
  std::string out;
  std::string err;
  CHECK(test::run({"shm", "ls", "--json"}, names, &out, &err) == 1);
  CHECK(contains(err, "open to other users"));
  CHECK(segment_in(json::parse(out), name)["state"] == "alive");
  fs::permissions(names.folder, fs::perms::owner_all);
}

TEST_CASE(
    "a node whose runtime directory cannot be used works, and says at level info that nobody can ask it") {
  const own_names names;
  std::ofstream(names.folder) << "no directory";
  std::string out;
  std::string err;
  CHECK(test::run({"call", "--log-level", "info", "fib", "10"}, names, &out, &err) == 0);
  CHECK(out == "55\n");
  CHECK(contains(err, "`pinion shm` cannot ask this node"));
  CHECK(test::run({"call", "fib", "10"}, names, &out, &err) == 0);
  CHECK(err.empty());
}

TEST_CASE("shm without a verb, with a wrong one, and for help") {
  const own_names names;
  CHECK(contains(complaint({"shm"}, names, 2), "ls, why, gc or doctor"));
  CHECK(contains(complaint({"shm", "gx"}, names, 2),
                 "there is no verb `gx` (did you mean `gc`?); see `pinion shm --help`"));
  CHECK(contains(complaint({"shm", "gx", "--help"}, names, 2), "there is no verb `gx`"));
  CHECK(contains(complaint({"shm", "gc", "--dry-rnu"}, names, 2),
                 "(did you mean `--dry-run`?); see `pinion shm gc --help`"));
  for (const std::string verb : {"ls", "why", "gc", "doctor"}) {
    std::string out;
    CHECK(test::run({"shm", verb, "--help"}, names, &out) == 0);
    CHECK(contains(out, "pinion shm " + verb));
    CHECK(contains(out, "Example"));
    CHECK(contains(out, "--json"));
  }
}
