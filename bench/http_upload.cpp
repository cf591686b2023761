// A large array posted by HTTP and summed, against a server that throws it away.
#include <algorithm>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include <pinion/runtime/http/server.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>

#include "child.hpp"
#include "epoll_server.hpp"
#include "measurement.hpp"
#include "npy_file.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

constexpr const char* curl = "/usr/bin/curl";
constexpr std::size_t most_bytes = std::size_t{256} << 20U;

// The answer. curl reads the file as it sends it; without Expect it does not wait to be told to go on.
std::string post(std::uint16_t port, const npy_file& file) {
  child client(curl, {"--silent", "--show-error", "--request", "POST", "--upload-file", file.path().string(),
                      "--header", "Content-Type: application/x-npy", "--header",
                      "Expect:", "http://127.0.0.1:" + std::to_string(port) + "/v1/kernels/sum"});
  auto answer = client.read_all();
  if (const auto end = client.wait(); !end.empty())
    throw std::runtime_error("upload: curl " + end);
  return answer;
}

void check(const std::string& answer, std::int64_t sum) {
  const auto said = nlohmann::json::parse(answer, nullptr, false);
  if (!said.is_object() || !said.contains("result") || said.at("result") != static_cast<double>(sum))
    throw std::runtime_error("upload: the sum is wrong: " + answer);
}

} // namespace

std::vector<figure> http_upload(const effort& how) {
  confine_to_two();
  const auto bytes = std::min(most_bytes, how.array_bytes);
  const auto of = scenario::bytes_text(static_cast<double>(bytes)) + " .npy, posted and summed";
  if (const auto why = why_no(curl); !why.empty())
    return {skip(of, why)};
  const epoll_server thrower; // it forks, so before the node
  const npy_file file(bytes);
  node behind(node_with(1));
  behind.wait_ready();
  http::server door(behind);
  const auto ours = door.listen(http::address::parse("127.0.0.1:0")).port;
  samples floor;
  samples times;
  const auto throw_away = [&] { floor.add(seconds_of([&] { post(thrower.port(), file); })); };
  const auto sum_up = [&] {
    std::string answer;
    times.add(seconds_of([&] { answer = post(ours, file); }));
    check(answer, static_cast<std::int64_t>(bytes / sizeof(double)));
  };
  check(post(ours, file), static_cast<std::int64_t>(bytes / sizeof(double)));
  alternate(how.repeats + 4, throw_away, sum_up);
  auto result = compare(of, floor, times);
  result.limit_times = 1.5;
  result.means =
      "curl sends a file that the system has in its cache. The floor is the same to the epoll server, which "
      "throws away what it reads.";
  return {result};
}

} // namespace pinion::bench
