// What can go wrong around nodes, their processes and their configuration. One sentence a value.
#pragma once

#include <string>
#include <system_error>
#include <type_traits>

namespace pinion {

enum class runtime_errc {
  /// A value in a flag, a variable or the configuration file cannot be used.
  bad_config = 1,
  /// Another live node of this user has the name.
  name_taken,
  /// No live node of this user has the name.
  no_such_node,
  /// The node, or the file it lives in, belongs to another user.
  not_yours,
  /// A worker process could not be started or did not report in time.
  cannot_start_worker,
  /// A worker died so often, so soon after its start, that its place is left empty.
  worker_gave_up,
  /// A plug-in could not be found or loaded.
  plugin_not_loaded,
  /// A plug-in was loaded but registered no kernel.
  plugin_without_kernels,
  /// Two processes that must agree have registered different kernels.
  kernels_differ,
  /// A scenario file is wrong, or could not be played to its end.
  scenario_error,
  /// A link to another process broke or carried something that is no message of ours.
  link_failed,
  /// The operating system refused something that pinion cannot do without.
  system_refused,
  /// The user or a signal ended the work before it was done.
  interrupted,
  /// No live process of this user publishes an array by the name.
  no_such_array,
};

/// The category "pinion.runtime"; its messages are the sentences above.
const std::error_category& runtime_category() noexcept;

std::error_code make_error_code(runtime_errc value) noexcept;

/// Throws a std::system_error whose code is `value` and whose what() is `text`, word for word.
[[noreturn]] void raise(runtime_errc value, const std::string& text);

} // namespace pinion

template <>
struct std::is_error_code_enum<pinion::runtime_errc> : std::true_type {};
