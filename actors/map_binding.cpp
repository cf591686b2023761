#include <pinion/actors/map_binding.hpp>

#include <exception>

#include <pinion/actors/error.hpp>

namespace pinion {

namespace {

constexpr std::string_view prefix = "pinion.map.";

std::string mapped(const kernel_call& call) { return call.what.shown_name(); }

} // namespace

std::string registered_kernel::shown_name() const { return each ? name.substr(prefix.size()) : name; }

std::string map_name(std::string_view kernel) { return std::string(prefix) + std::string(kernel); }

namespace detail {

void refuse_columns(const kernel_call& call, std::int64_t wanted, std::int64_t got) {
  throw task_error(actor_errc::bad_arguments,
                   mapped(call) + (got < 0 ? std::string(": a column of items has no axis")
                                           : ": columns of " + std::to_string(wanted) + " and of " +
                                                 std::to_string(got) + " items were mapped together"));
}

void raise_at_item(const kernel_call& call, std::int64_t item) {
  const auto where = mapped(call) + ": item " + std::to_string(item);
  try {
    throw;
  } catch (const task_error& why) {
    throw task_error(why.reason(), where + ": " + why.what());
  } catch (...) {
    throw task_error(failure_of(where, std::current_exception()));
  }
}

} // namespace detail

} // namespace pinion
