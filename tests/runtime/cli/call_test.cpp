#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <pinion/runtime/cli/call_arguments.hpp>
#include <pinion/runtime/cli/call_report.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/npy.hpp>
#include <support/scratch_directory.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
using namespace pinion::cli;

namespace {

signature writes_second() {
  signature result;
  parameter read;
  read.what = parameter::kind::array;
  parameter written = read;
  written.writable = true;
  result.parameters = {read, written, parameter{}};
  return result;
}

} // namespace

TEST_CASE("arguments of a call are values, fresh arrays and arrays from files, in their order") {
  test::nothing_left guard;
  const test::scratch_directory folder("call");
  store arrays;
  {
    auto values = arrays.zeros<double>({3});
    values(1) = 5;
    save_npy(folder / "x.npy", values.view());
  }
  const call_arguments sut(arrays,
                           {parse_argument("@" + (folder / "x.npy").string()),
                            parse_argument("zeros:float64:2x3"), parse_argument("7")},
                           folder.path());
  REQUIRE(sut.values().size() == 3);
  const auto& loaded = std::get<array_ref>(sut.values()[0]);
  CHECK(mapper().open(loaded, access::read).as<const double>()(1) == 5);
  CHECK(std::get<array_ref>(sut.values()[1]).lay.shape == extents{2, 3});
  CHECK(std::get<std::int64_t>(sut.values()[2]) == 7);
  CHECK(sut.holds().size() == 2);
  const auto written = sut.written_by(writes_second());
  REQUIRE(written.size() == 1);
  CHECK(written[0].shape() == extents{2, 3});
}

TEST_CASE("the report of a call shows the result, and the arrays that were not saved") {
  std::vector<double> values{1, 2};
  const any_view array(values.data(), dtype::float64, c_order({2}), {}, true);
  call_report sut;
  sut.kernel = "k";
  sut.result = 0.5;
  CHECK(sut.text() == "0.5\n");
  sut.result = argument();
  CHECK(sut.text() == "");
  sut.arrays = {array, array};
  CHECK(sut.text() == "float64[2]\n[1 2]\nfloat64[2]\n[1 2]\n");
  sut.files = {"a.npy"};
  CHECK(sut.text() == "float64[2]\n[1 2]\n");
  const auto json = nlohmann::json::parse(sut.json());
  CHECK(json["arrays"][0]["file"] == "a.npy");
  CHECK_FALSE(json["arrays"][0].contains("values"));
  CHECK(json["arrays"][1]["values"] == nlohmann::json::parse("[1.0, 2.0]"));
}

TEST_CASE(
    "stamps are shown as times since the task was queued, stations that it did not come to are left out") {
  call_report sut;
  sut.stamps.queued = 1'000'000;
  sut.stamps.sent = 1'001'500;
  sut.stamps.cpu_ns = 250;
  CHECK(sut.stamps_text() == "phase           since queued\n"
                             "queued                0.0 us\n"
                             "sent                  1.5 us\n"
                             "processor time        0.2 us\n");
}
