#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace pinion {

/// Why a task has no result. Travels between processes as its number: add at the end, never renumber.
enum class actor_errc : std::uint8_t {
  unknown_kernel = 1, ///< no kernel of that name is loaded
  bad_arguments,      ///< count, type, rank or value does not fit the kernel
  kernel_failed,      ///< the kernel threw
  worker_died,        ///< the process that ran the task ended before it answered
  deadline_passed,    ///< the task's time was over before its result came
  cancelled,          ///< the caller gave the task up
  node_stopping,      ///< the node takes no more tasks
  node_lost,          ///< the link to the node closed
  bad_reference,      ///< an array reference does not name what it claims to
  would_block,        ///< a blocking wait on an actor's thread
  wrong_result_type,  ///< the result is not of the type that was asked for
  overloaded,         ///< the queue is full and the node is told to refuse
  bad_registration,   ///< a kernel cannot be added: its name, or it is there already
  malformed,          ///< bytes that pinion did not pack
  internal,           ///< a fault of pinion itself
  no_workers,         ///< no process is left, or the slot asked for is not there
  array_busy,         ///< an array is in use by another task, and this one was not to wait
  read_only_array,    ///< the kernel wrote to an array that it may only read
  out_of_memory,      ///< the kernel wanted more memory than its worker may have
  draining,           ///< the node finishes what it has and takes no new task
  restarting,         ///< the actor's process is gone, the next one is not ready, and it was not to wait
};

const std::error_category& actor_category() noexcept;
std::error_code make_error_code(actor_errc code) noexcept;

/// False for numbers that no enumerator has: what came from another process is asked first.
bool valid(actor_errc code) noexcept;

/// From a number that came from another process: internal when no enumerator has it.
actor_errc actor_errc_of(std::uint64_t number) noexcept;

/// The enumerator's name, for JSON and logs: "worker_died".
std::string_view name_of(actor_errc code) noexcept;

/// What went wrong, as it travels: the code for programs, one line of text for people.
struct failure {
  actor_errc code = actor_errc::internal;
  std::string text;
  /// When it may go better, where that can be told (overloaded); 0: unknown.
  std::chrono::milliseconds retry_after{0};
  /// Of a kernel's exception: its C++ type, "std::runtime_error"; empty else.
  std::string type{};
  /// What it was thrown with nested in (std::throw_with_nested), "std::invalid_argument: no such file", the
  /// nearest first.
  std::vector<std::string> causes{};
  /// Of a kernel's exception: where it was thrown and who had called that, the nearest first, as places in
  /// program and plug-ins, "/path/libmine.so+0x1a2b". task_error::trace() has their names.
  std::vector<std::string> trace{};

  bool operator==(const failure&) const = default;
};

/// The exception of tasks. what() is the failure's text and nothing else. Copies share the text and never
/// throw.
class task_error : public std::system_error {
public:
  explicit task_error(const failure& why);
  task_error(actor_errc code, const std::string& text);

  actor_errc reason() const noexcept { return static_cast<actor_errc>(code().value()); }
  const char* what() const noexcept override { return why_->text.c_str(); }
  /// When to try again, where that can be told (overloaded); 0: unknown.
  std::chrono::milliseconds retry_after() const noexcept { return why_->retry_after; }
  /// Of a kernel's exception: its C++ type, and what was nested in it.
  const std::string& type() const noexcept { return why_->type; }
  const std::vector<std::string>& causes() const noexcept { return why_->causes; }
  /// Where it was thrown, and who had called that, the nearest first: "load(char const*) at model.cpp:12", as
  /// far as the symbols of program and plug-ins allow, without what lies below the kernel. Empty where
  /// nothing is known. The first call in a process reads symbols, which takes some tenths of a second.
  std::vector<std::string> trace() const;
  const failure& why() const noexcept { return *why_; }

private:
  std::shared_ptr<const failure> why_; // shared by all copies
};

/// Longest text of a failure made from a stranger's exception, in bytes; the rest is cut.
inline constexpr std::size_t failure_text_limit = 4096;

/// What the caller is told of an exception that came out of registered_kernel::invoke. A task_error keeps all
/// that it says; memory that was refused is out_of_memory, and all else kernel_failed: "scale:
/// std::runtime_error: <what>; caused by std::invalid_argument: <what>". REQUIRES: thrown != nullptr.
failure failure_of(std::string_view kernel, std::exception_ptr thrown);

} // namespace pinion

template <>
struct std::is_error_code_enum<pinion::actor_errc> : std::true_type {};
