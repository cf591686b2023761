#include <exception>
#include <utility>

#include <pinion/actors/error.hpp>
#include <pinion/runtime/scenario/processor_time.hpp>
#include <pinion/runtime/scenario/run_here.hpp>

namespace pinion::scenario {

answer run_here(const prepared_request& what, mapper& maps, context& ctx, argument* result) {
  answer out;
  const double begin = thread_processor_time();
  try {
    auto found = what.body->invoke(what.args, maps, ctx);
    if (result)
      *result = std::move(found);
    out.is_result = true;
  } catch (...) {
    out.error = failure_of(what.kernel, std::current_exception()).text;
  }
  out.cpu_seconds = thread_processor_time() - begin;
  return out;
}

} // namespace pinion::scenario
