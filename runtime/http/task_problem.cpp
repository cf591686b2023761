#include <pinion/runtime/http/task_problem.hpp>

#include <pinion/runtime/json_value.hpp>

namespace pinion::http {

namespace {

unsigned status_of_thrown(const std::string& type) noexcept {
  if (type == "std::invalid_argument" || type == "std::domain_error")
    return 422;
  return type == "pinion::no_space_error" ? 507 : 500;
}

unsigned status_of(const failure& why) noexcept {
  switch (why.code) {
  case actor_errc::unknown_kernel:
    return 404;
  case actor_errc::bad_arguments:
  case actor_errc::bad_reference:
    return 422;
  case actor_errc::array_busy:
    return 409;
  case actor_errc::overloaded:
  case actor_errc::draining:
  case actor_errc::no_workers:
  case actor_errc::node_stopping:
  case actor_errc::restarting:
    return 503;
  case actor_errc::deadline_passed:
    return 504;
  case actor_errc::kernel_failed:
    return status_of_thrown(why.type);
  default:
    return 500;
  }
}

} // namespace

response problem(const failure& why) {
  const auto status = status_of(why);
  auto result = status == 503 ? problem(status, why.text, why.retry_after) : problem(status, why.text);
  auto what = nlohmann::ordered_json::parse(result.body);
  what["code"] = name_of(why.code);
  add_exception(what, {why.code, {}, {}, why.type, why.causes, {}}, "exception");
  result.body = json_text(what);
  return result;
}

response problem(const caf::error& why) { return problem(failure_of(why)); }

} // namespace pinion::http
