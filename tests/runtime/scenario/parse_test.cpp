#include <pinion/runtime/scenario/parse.hpp>

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pinion::scenario;

namespace {

const std::string step_text = R"(
[[step]]
do = "burst"
way = "await"
kernel = "fib"
args = [30]
count = 3
)";

script read(const std::string& text, const std::vector<std::string>& sets = {}) {
  return parse(text, "x.toml", sets);
}

std::string complaint(const std::string& text, const std::vector<std::string>& sets = {}) {
  try {
    read(text, sets);
  } catch (const std::exception& wrong) {
    return wrong.what();
  }
  return "none";
}

std::string of_burst(const std::string& line) { return complaint(step_text + line); }

} // namespace

TEST_CASE("scenario parse: a burst has its request, its size and its usual name") {
  const auto sut =
      read(step_text + "concurrent = 2\ntimeout_ms = 1500\nidempotent = true\nprobe = {every_ms = 5}\n"
                       "faults = [{fault = \"kill\", worker = 1, after_answers = 2, after_ms = 10}]");
  CHECK(sut.title == "x");
  REQUIRE(sut.steps.size() == 1);
  CHECK(sut.steps[0].name == "await");
  const auto& burst = std::get<burst_step>(sut.steps[0].what);
  CHECK(burst.way == way::awaited);
  CHECK(burst.request.kernel == "fib");
  CHECK(std::get<scalar>(burst.request.args.at(0).value) == scalar(std::int64_t{30}));
  CHECK(burst.count == 3);
  CHECK(burst.concurrent == 2);
  CHECK(burst.timeout == std::chrono::milliseconds(1500));
  CHECK(burst.idempotent);
  CHECK(burst.probe->every == std::chrono::milliseconds(5));
  REQUIRE(burst.faults.size() == 1);
  CHECK(burst.faults[0].kind == fault_kind::kill);
  CHECK(burst.faults[0].worker == 1);
  CHECK(burst.faults[0].after_answers == 2);
  CHECK(burst.faults[0].after == std::chrono::milliseconds(10));
}

TEST_CASE("scenario parse: all requests of a burst come at once unless it says otherwise") {
  CHECK(std::get<burst_step>(read(step_text).steps[0].what).concurrent == 3);
  CHECK(std::get<burst_step>(read(step_text + "concurrent = 50").steps[0].what).concurrent == 3);
}

TEST_CASE("scenario parse: an unknown key names file, line and the nearest known key") {
  CHECK(of_burst("concurent = 2") == "x.toml:8: unknown key 'concurent' in a burst; nearest: 'concurrent'");
  CHECK(complaint("titel = \"x\"" + step_text) ==
        "x.toml:1: unknown key 'titel' in the file; nearest: 'title'");
  CHECK(complaint("[node]\nworkrs = 2" + step_text) ==
        "x.toml:2: unknown key 'workrs' in [node]; nearest: 'workers'");
  CHECK(of_burst("probe = {evry_ms = 3}") ==
        "x.toml:8: unknown key 'evry_ms' in 'probe'; nearest: 'every_ms'");
  CHECK(complaint(step_text + "[[expect]]\ntaht = \"1 < 2\"") ==
        "x.toml:9: unknown key 'taht' in [[expect]]; nearest: 'that'");
  CHECK(complaint("qqq = 1" + step_text) ==
        "x.toml:1: unknown key 'qqq' in the file; known: title, set, node, array, step, expect");
}

TEST_CASE("scenario parse: a missing key and a value of the wrong kind or range are named") {
  CHECK(complaint("[[step]]\ndo = \"burst\"\ncount = 1") == "x.toml:1: a burst needs 'kernel'");
  CHECK(complaint("[[step]]\nway = \"await\"") == "x.toml:1: [[step]] needs 'do'");
  CHECK(of_burst("timeout_ms = \"soon\"") ==
        "x.toml:8: 'timeout_ms' in a burst must be a number from 0 to 3600000");
  CHECK(of_burst("concurrent = 0") ==
        "x.toml:8: 'concurrent' in a burst must be a whole number from 1 to 1000000");
  CHECK(of_burst("idempotent = 1") == "x.toml:8: 'idempotent' in a burst must be true or false");
  CHECK(of_burst("probe = 1") == "x.toml:8: 'probe' in a burst must be true or false");
  CHECK(of_burst("faults = {fault=\"kill\"}") == "x.toml:8: 'faults' in a burst must be a list");
  CHECK(of_burst("timeout_ms = 0") ==
        "x.toml:8: 'timeout_ms' in a burst must be above 0; leave it out for no timeout");
  CHECK(of_burst("faults = 1") == "x.toml:8: 'faults' in a burst must be a list");
  CHECK(complaint("[[step]]\ndo = \"brust\"") == "x.toml:2: 'do' cannot be 'brust'; nearest: 'burst'");
  CHECK(complaint("step = 5") == "x.toml:1: 'step' in the file must be a list");
  CHECK(complaint("[step]\ndo = \"burst\"") ==
        "x.toml:1: 'step' in the file must be a list; write [[step]], with two brackets");
  CHECK(complaint("step = [5]") == "x.toml:1: 'step' in the file must be written as [[step]] tables");
  CHECK(complaint("node = 5" + step_text) ==
        "x.toml:1: 'node' in the file must be written as a [node] table");
  CHECK(complaint("title = \"nothing\"") == "x.toml:1: no [[step]]: there is nothing to play");
}

TEST_CASE("scenario parse: what is not TOML is refused with file and line") {
  CHECK(complaint("title = \"x\"\n[[step\n").starts_with("x.toml:2: "));
  CHECK(complaint(std::string("title = \"\0\"", 12)) != "none");
  CHECK(complaint("\xff\xfe") != "none");
}

TEST_CASE("scenario parse: settings are put in, and the command line goes over the file") {
  const std::string text =
      "[set]\nmany = 4\nname = \"first\"\n[[step]]\ndo = \"burst\"\nway = \"await\"\nkernel = "
      "\"fib\"\nargs = [\"$many\"]\ncount = \"$many\"\nname = \"$name\"";
  auto sut = read(text);
  CHECK(sut.steps[0].name == "first");
  CHECK(std::get<burst_step>(sut.steps[0].what).count == 4);
  sut = read(text, {"many=5", "name=second", "many=6"});
  CHECK(sut.steps[0].name == "second");
  CHECK(std::get<burst_step>(sut.steps[0].what).count == 6);
  CHECK(std::get<scalar>(std::get<burst_step>(sut.steps[0].what).request.args[0].value) ==
        scalar(std::int64_t{6}));
  CHECK(complaint(text, {"man=5"}) == "--set man=5: [set] of x.toml has no 'man'; nearest: 'many'");
  CHECK(complaint(text, {"name=2nd"}).find("begins with no digit") != std::string::npos);
}

TEST_CASE("scenario parse: a measured setting stands in args, and nowhere else until it is given") {
  const std::string text = "[set]\ns = 0.1\nn = {calibrate = \"fib\", seconds = \"$s\"}\n" + step_text;
  const auto sut =
      read(text + "[[step]]\ndo = \"burst\"\nname = \"b\"\nkernel = \"fib\"\nargs = [\"$n\"]\ncount = 1",
           {"s=0.25"});
  CHECK(sut.set.to_measure().at(0).seconds == 0.25);
  CHECK(
      std::get<argument_spec::measured>(std::get<burst_step>(sut.steps[1].what).request.args[0].value).name ==
      "n");
  CHECK(complaint(text + "timeout_ms = \"$n\"").find("'$n' is measured while the scenario runs") !=
        std::string::npos);
  CHECK(complaint(text + "timeout_ms = \"$n\"", {"n=30"}) == "none");
}

TEST_CASE("scenario parse: arrays are given by shape, by bytes or by file") {
  const auto sut = read("[[array]]\nname = \"a\"\nshape = [2, 3]\ntype = \"int32\"\nfill = \"arange\"\n"
                        "[[array]]\nname = \"b\"\nsize = \"1 KiB\"\nfill = \"random\"\nseed = 5\n"
                        "[[array]]\nname = \"c\"\nfile = \"c.npy\"\n" +
                        step_text);
  REQUIRE(sut.arrays.size() == 3);
  CHECK(sut.arrays[0].shape == std::vector<std::int64_t>{2, 3});
  CHECK(sut.arrays[0].type == "int32");
  CHECK(sut.arrays[0].fill == fill_kind::arange);
  CHECK(sut.arrays[1].shape == std::vector<std::int64_t>{128});
  CHECK(sut.arrays[1].seed == 5);
  CHECK(sut.arrays[2].file == "c.npy");
}

TEST_CASE("scenario parse: arrays come from archives, and from files of bare elements with type and shape") {
  const auto sut = read("[[array]]\nname = \"a\"\nfile = \"x.npz\"\nmember = \"prices\"\n"
                        "[[array]]\nname = \"b\"\nfile = \"x.bin\"\ntype = \"int16\"\nshape = [-1, 3]\n"
                        "offset = 16\norder = \"F\"\nbytes = \"big\"\n" +
                        step_text);
  REQUIRE(sut.arrays.size() == 2);
  CHECK(sut.arrays[0].file == "x.npz");
  CHECK(sut.arrays[0].member == "prices");
  CHECK(sut.arrays[0].type == "");
  CHECK(sut.arrays[1].type == "int16");
  CHECK(sut.arrays[1].shape == std::vector<std::int64_t>{-1, 3});
  CHECK(sut.arrays[1].format.offset == 16);
  CHECK(sut.arrays[1].format.lie == pinion::order::fortran);
  CHECK(sut.arrays[1].format.bytes == std::endian::big);
}

TEST_CASE("scenario parse: what does not go with the kind of an array's file is refused") {
  const std::string a = "[[array]]\nname = \"a\"\n";
  const auto says = [&](const std::string& rest, const std::string& part) {
    CAPTURE(rest);
    CHECK(complaint(a + rest + "\n" + step_text).find(part) != std::string::npos);
  };
  says("file = \"x.npy\"\nmember = \"b\"", "'member' is for files that end with .npz");
  says("file = \"x.npz\"\nshape = [3]", "exclude each other: the file says it");
  says("file = \"x.npy\"\noffset = 3", "exclude each other: the file says it");
  says("file = \"x.bin\"\ntype = \"int8\"", "needs 'shape' or 'size'");
  says("file = \"x.bin\"\nshape = [-2]", "or -1 for what the file has");
  says("file = \"x.bin\"\nshape = [2]\nbytes = \"middle\"", "bytes");
  says("file = \"x.bin\"\noffset = 3", "need 'type' and 'shape'");
  says("shape = [2]\noffset = 3", "'offset' needs 'file'");
}

TEST_CASE("scenario parse: arrays that cannot be are refused") {
  const std::string a = "[[array]]\nname = \"a\"\n";
  CHECK(complaint(a + step_text) == "x.toml:1: [[array]] needs 'shape' or 'size', and not both");
  CHECK(complaint(a + "size = 9\n" + step_text).find("a multiple of 8 bytes (one float64)") !=
        std::string::npos);
  CHECK(complaint(a + "shape = [1]\ntype = \"float46\"\n" + step_text) ==
        "x.toml:4: no element type 'float46'; nearest: 'float64'");
  CHECK(complaint(a + "shape = [-1]\n" + step_text).find("whole numbers from 0") != std::string::npos);
  CHECK(complaint(a + "shape = [1,1,1,1,1,1,1,1,1]\n" + step_text).find("at most 8") != std::string::npos);
  CHECK(complaint(a + "file = \"x.npy\"\nfill = \"ones\"\n" + step_text).find("exclude each other") !=
        std::string::npos);
  CHECK(complaint(a + "shape = [1]\n" + a + "shape = [1]\n" + step_text).find("above") != std::string::npos);
}

TEST_CASE("scenario parse: an argument with @ must be an array of the file, @@ is a text") {
  const std::string head = "[[array]]\nname = \"big\"\nshape = [1]\n";
  const std::string burst = "[[step]]\ndo = \"burst\"\nkernel = \"sum\"\ncount = 1\n";
  const auto sut = read(head + burst + "args = [\"@big\", \"@@big\", 1.5, true]");
  const auto& args = std::get<burst_step>(sut.steps[0].what).request.args;
  CHECK(std::get<argument_spec::array>(args.at(0).value).name == "big");
  CHECK(std::get<scalar>(args.at(1).value) == scalar(std::string("@big")));
  CHECK(std::get<scalar>(args.at(2).value) == scalar(1.5));
  CHECK(std::get<scalar>(args.at(3).value) == scalar(true));
  CHECK(complaint(head + burst + "args = [\"@bih\"]") ==
        "x.toml:8: no [[array]] is named 'bih'; nearest: 'big'");
  CHECK(complaint(head + burst + "args = [[1]]").find("must be a number, a text, true or false") !=
        std::string::npos);
}

TEST_CASE("scenario parse: two steps with the same name are refused") {
  CHECK(complaint(step_text + step_text) ==
        "x.toml:9: there is a step 'await' above; give this one another name");
  CHECK(complaint(step_text + step_text + "name = \"again\"") == "none");
}

TEST_CASE("scenario parse: faults and deadlines need workers") {
  const std::string text = "[[step]]\ndo = \"burst\"\nway = \"threads\"\nkernel = \"fib\"\ncount = 1\n";
  CHECK(complaint(text) == "none");
  CHECK(complaint(text + "timeout_ms = 5").find("means nothing without workers") != std::string::npos);
  CHECK(complaint(text + "faults = [{fault = \"kill\"}]").find("means nothing without workers") !=
        std::string::npos);
}

TEST_CASE("scenario parse: the other kinds of steps") {
  const auto sut =
      read("[[array]]\nname = \"a\"\nsize = 80\n"
           "[[step]]\ndo = \"pause\"\nms = 50\nprobe = true\n"
           "[[step]]\ndo = \"fault\"\nfault = \"stop\"\nworker = 1\n"
           "[[step]]\ndo = \"crash\"\nway = \"inline\"\nkernel = \"fib\"\nargs = [3]\ncount = 4\nat = 2\n"
           "crash = {kernel = \"crash\", args = [\"abort\"]}\n"
           "[[step]]\ndo = \"spread\"\nway = \"copied\"\narray = \"@a\"\nworkers = 2\nchunk = \"64 KiB\"\n");
  CHECK(sut.steps[0].name == "pause_1");
  CHECK(std::get<pause_step>(sut.steps[0].what).length == std::chrono::milliseconds(50));
  CHECK(std::get<pause_step>(sut.steps[0].what).probe->every == std::chrono::milliseconds(20));
  CHECK(std::get<fault_step>(sut.steps[1].what).fault.kind == fault_kind::stop);
  CHECK(sut.steps[2].name == "crash_inline");
  const auto& crash = std::get<crash_step>(sut.steps[2].what);
  CHECK(crash.at == 2);
  CHECK(crash.crash.kernel == "crash");
  CHECK(crash.crash.args.size() == 1);
  CHECK(sut.steps[3].name == "copied_2");
  const auto& spread = std::get<spread_step>(sut.steps[3].what);
  CHECK_FALSE(spread.shared);
  CHECK(spread.chunk == 64 * 1024);
}

TEST_CASE("scenario parse: an expectation may be one text or many, and knows what the steps measure") {
  const auto sut =
      read(step_text + "probe = true\n[[expect]]\nthat = [\"await.total_s < 5\", \"await.probe.max_ms < "
                       "9\"]\nwhy = \"quick\"\n[[expect]]\nthat = \"await.errors == 0\"");
  REQUIRE(sut.expectations.size() == 3);
  CHECK(sut.expectations[0].why() == "quick");
  CHECK(complaint(step_text + "[[expect]]\nthat = \"await.probe.max_ms < 9\"").find("nothing measures") !=
        std::string::npos);
  CHECK(complaint(step_text + "[[expect]]\nwhy = \"x\"") == "x.toml:8: [[expect]] needs 'that'");
}

TEST_CASE("scenario parse: the scenarios that come with pinion can be read, also with other settings") {
  const std::string folder = std::string(PINION_SOURCE_DIR) + "/examples/scenarios/";
  CHECK(parse_file(folder + "four_ways.toml", {}).steps.size() == 8);
  CHECK(parse_file(folder + "four_ways.toml", {"requests=8", "n=20", "workers=1"}).set.to_measure().empty());
  CHECK(parse_file(folder + "shared_arrays.toml", {"size=64MiB"}).arrays.at(0).shape.at(0) ==
        8 * 1024 * 1024);
}

TEST_CASE("scenario parse: a file that is not there, a directory and a pipe are refused") {
  for (const char* path : {"/nowhere/x.toml", "/", "/dev/null"}) {
    std::string text;
    try {
      parse_file(path, {});
    } catch (const std::exception& wrong) {
      text = wrong.what();
    }
    CHECK(text.find(path) != std::string::npos);
  }
}

TEST_CASE("scenario parse: an array's file and shape are checked where they stand") {
  CHECK(complaint("[[array]]\nname = \"a\"\nfile = \"\"" + step_text) ==
        "x.toml:3: 'file' in [[array]] must be the name of a file: .npy, .npz, or one of bare elements");
  CHECK(complaint("[[array]]\nname = \"a\"\nshape = [4294967296, 4294967296]" + step_text)
            .starts_with("x.toml:3: "));
}
