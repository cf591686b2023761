// /v1/kernels and /v1/kernels/{name}.
#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include <pinion/runtime/http/call_answer.hpp>
#include <pinion/runtime/http/call_inputs.hpp>
#include <pinion/runtime/http/exchange.hpp>
#include <pinion/runtime/http/media_type.hpp>
#include <pinion/runtime/http/outcome_json.hpp>
#include <pinion/runtime/http/service.hpp>
#include <pinion/runtime/http/task_problem.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/status_json.hpp>

namespace pinion::http {

namespace {

// Of a call that waits: beside what bodies may take in all.
constexpr std::size_t most_free_text = 4 * 1024;

// What a body took to come is part of the time that a client gives. Where that is next to nothing, errors
// speak of the time that was said.
void begin_time(task_options& options, time_point arrived) {
  constexpr std::chrono::milliseconds nothing{1};
  const auto took = steady_clock::now() - arrived;
  if (!options.timeout || options.timeout->count() <= 0 || (took < nothing && took < *options.timeout))
    return;
  const auto left = *options.timeout - took;
  if (left.count() <= 0)
    throw bad_request{504, "the time was over when the body had come; give it more (Pinion-Timeout)"};
  options.timeout = left;
}

// The place of the first array that the kernel may write.
std::optional<std::size_t> first_written(const kernel_registry& kernels, const std::string& name,
                                         const call_inputs& inputs) {
  try {
    const auto& takes = kernels.resolve(name, inputs.looks()).sig.parameters;
    for (const auto& [place, each] : inputs.arrays())
      if (place < takes.size() && takes[place].writable)
        return place;
  } catch (const task_error&) { // the task's failure, which is told
  }
  return std::nullopt;
}

// Before its arguments come.
std::optional<response> look_at_call(const kernel_registry& kernels, const request& head,
                                     const std::string& name) {
  if (std::string_view(name).starts_with("pinion.")) // nobody is told of those
    return problem(failure{actor_errc::unknown_kernel, "there is no kernel named \"" + name + "\""});
  if (kernels.overloads(name).empty()) {
    try {
      kernels.resolve(name, std::span<const argument_view>());
    } catch (const task_error& why) { // it says which names are near
      return problem(failure{why.reason(), why.what()});
    }
  }
  if (!is_type(head, "application/json") && !is_type(head, npy_type))
    return problem(415, "arguments come with Content-Type: application/json (curl: --json), or an array as "
                        "application/x-npy");
  return std::nullopt;
}

void call(node& whose, const named_arrays& names, const exchange& what, asker& desk) {
  const auto& name = what.part("name");
  const auto overloads = whose.kernels().overloads(name);
  try {
    const call_inputs inputs(names, overloads, what.what());
    auto options = options_of(what.what());
    begin_time(options, what.what().arrived);
    options.client = desk.client();
    const bool as_npy = prefers(what.what(), npy_type, "application/json");
    const auto task = whose.make_task(options, name, inputs.looks(), inputs.holds());
    // It may wait for long, and keeps the texts meanwhile.
    what.forget();
    if (inputs.text_size() <= most_free_text)
      desk.body_read();
    const auto written = as_npy ? first_written(whose.kernels(), name, inputs) : std::nullopt;
    desk.ask(task, [what, name, arrays = inputs.arrays(), as_npy, written](outcome&& result) {
      what.answer(as_npy ? npy_response_of(name, result, arrays, written)
                         : response_of(name, result, arrays));
    });
  } catch (const bad_request& why) {
    what.answer(problem(why.status, why.detail));
  }
}

} // namespace

void add_kernel_routes(router& to, node& whose, std::shared_ptr<const named_arrays> names) {
  to.add({"GET",
          "/v1/kernels",
          {"The kernels that can be called, with their signatures", {}, {"application/json"}},
          quick_handler(
              [all = kernels_json(whose.kernels())](const request&, const pairs&) { return json(all); })});
  route calling{
      "POST",
      "/v1/kernels/{name}",
      {"Runs a kernel: {\"args\": [...]}, or an array with further arguments in the query (arg=2.5)",
       {"application/json", "application/x-npy"},
       {"application/json", "application/x-npy"}},
      later_handler([&whose, names = std::move(names)](exchange&& what, asker& desk) {
        call(whose, *names, what, desk);
      })};
  calling.look = [&whose](const request& head, const pairs& parts) {
    return look_at_call(whose.kernels(), head, parts.front().second);
  };
  to.add(std::move(calling));
}

} // namespace pinion::http
