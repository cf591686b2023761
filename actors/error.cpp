#include <pinion/actors/error.hpp>

#include <cstdlib>
#include <cxxabi.h>
#include <limits>
#include <memory>
#include <new>
#include <typeinfo>

#include <pinion/actors/throw_trace.hpp>

namespace pinion {
namespace {

struct entry {
  std::string_view name;
  const char* sentence; ///< null for a number that is none of ours
};

// A switch without default: the compiler tells of an enumerator without a sentence.
constexpr entry entry_of(actor_errc code) noexcept {
  switch (code) {
  case actor_errc::unknown_kernel:
    return {"unknown_kernel", "no kernel of that name is loaded"};
  case actor_errc::bad_arguments:
    return {"bad_arguments", "the arguments do not fit the kernel"};
  case actor_errc::kernel_failed:
    return {"kernel_failed", "the kernel threw an exception"};
  case actor_errc::worker_died:
    return {"worker_died", "the worker process ended before it answered"};
  case actor_errc::deadline_passed:
    return {"deadline_passed", "the task's deadline passed before its result came"};
  case actor_errc::cancelled:
    return {"cancelled", "the task was cancelled"};
  case actor_errc::node_stopping:
    return {"node_stopping", "the node is stopping and takes no more tasks"};
  case actor_errc::node_lost:
    return {"node_lost", "the link to the node closed"};
  case actor_errc::bad_reference:
    return {"bad_reference", "an array reference does not name what it claims to"};
  case actor_errc::would_block:
    return {"would_block", "a blocking wait on an actor's thread would stop everything else that runs there"};
  case actor_errc::wrong_result_type:
    return {"wrong_result_type", "the result is not of the type that was asked for"};
  case actor_errc::overloaded:
    return {"overloaded", "the node has more work than it may keep waiting"};
  case actor_errc::bad_registration:
    return {"bad_registration", "the kernel cannot be added"};
  case actor_errc::malformed:
    return {"malformed", "bytes came that are not in pinion's form"};
  case actor_errc::internal:
    return {"internal", "pinion itself is at fault"};
  case actor_errc::no_workers:
    return {"no_workers", "no worker is there to run the task"};
  case actor_errc::array_busy:
    return {"array_busy", "an array is in use by another task, and this one was not to wait"};
  case actor_errc::read_only_array:
    return {"read_only_array", "the kernel wrote to an array that it may only read"};
  case actor_errc::out_of_memory:
    return {"out_of_memory", "the kernel wanted more memory than its worker may have"};
  case actor_errc::draining:
    return {"draining", "the node finishes what it has and takes no new task"};
  case actor_errc::restarting:
    return {"restarting", "the actor's process is gone and the next one is not ready"};
  }
  return {"unknown", nullptr};
}

class category final : public std::error_category {
public:
  const char* name() const noexcept override { return "pinion.actors"; }
  std::string message(int value) const override {
    const bool fits = value > 0 && value <= std::numeric_limits<std::uint8_t>::max();
    const char* known = fits ? entry_of(static_cast<actor_errc>(value)).sentence : nullptr;
    return known ? known : "unknown error " + std::to_string(value);
  }
};

// What std::throw_with_nested makes of a type is that type to whoever threw it.
std::string without_nesting(std::string name) {
  constexpr std::string_view wrapper = "std::_Nested_exception<";
  if (name.starts_with(wrapper) && name.ends_with('>'))
    name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
  return name;
}

std::string readable(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  return without_nesting(status == 0 && name ? name.get() : type.name());
}

std::string cut(std::string text) {
  if (text.size() <= failure_text_limit)
    return text;
  text.resize(failure_text_limit - 3);
  // Do not cut a UTF-8 character in two: drop its continuation bytes and then its first.
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
    text.pop_back();
  if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0xC0U)
    text.pop_back();
  return text + "...";
}

failure thrown_by(std::string_view kernel, const std::string& what) {
  return {actor_errc::kernel_failed, cut(std::string(kernel) + ": " + what)};
}

} // namespace

const std::error_category& actor_category() noexcept {
  static const category instance;
  return instance;
}

std::error_code make_error_code(actor_errc code) noexcept {
  return {static_cast<int>(code), actor_category()};
}

actor_errc actor_errc_of(std::uint64_t number) noexcept {
  // Looked at before it is narrowed: 257 is not 1.
  const bool fits = number <= std::numeric_limits<std::uint8_t>::max();
  const auto code = static_cast<actor_errc>(number);
  return fits && valid(code) ? code : actor_errc::internal;
}

bool valid(actor_errc code) noexcept { return entry_of(code).sentence != nullptr; }

std::string_view name_of(actor_errc code) noexcept { return entry_of(code).name; }

task_error::task_error(const failure& why)
    : std::system_error(make_error_code(why.code)), why_(std::make_shared<const failure>(why)) {}

std::vector<std::string> task_error::trace() const { return names_of(why_->trace); }

task_error::task_error(actor_errc code, const std::string& text) : task_error(failure{code, text}) {}

namespace {

// No exception that means well is nested deeper.
constexpr std::size_t most_causes = 16;

std::string described(const std::exception& what) { return cut(readable(typeid(what)) + ": " + what.what()); }

void add_causes(std::vector<std::string>& causes, const std::exception& outer) {
  if (causes.size() == most_causes)
    return;
  try {
    std::rethrow_if_nested(outer);
  } catch (const std::exception& inner) {
    causes.push_back(described(inner));
    add_causes(causes, inner);
  } catch (...) {
    const auto* type = abi::__cxa_current_exception_type();
    causes.push_back(type ? readable(*type) : std::string("something unknown"));
  }
}

} // namespace

failure failure_of(std::string_view kernel, std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const task_error& known) {
    return known.why();
  } catch (const std::exception& foreign) {
    std::vector<std::string> causes;
    add_causes(causes, foreign);
    auto text = described(foreign);
    for (const auto& each : causes)
      text += "; caused by " + each;
    auto result = thrown_by(kernel, text);
    if (dynamic_cast<const std::bad_alloc*>(&foreign) != nullptr)
      result.code = actor_errc::out_of_memory;
    result.type = readable(typeid(foreign));
    result.causes = std::move(causes);
    return result;
  } catch (...) {
    // Not a std::exception: an int, a string. Its type is all that can be told.
    const auto* type = abi::__cxa_current_exception_type();
    auto result = thrown_by(kernel, "threw " + (type ? readable(*type) : std::string("something unknown")));
    result.type = type ? readable(*type) : std::string();
    return result;
  }
}

} // namespace pinion
