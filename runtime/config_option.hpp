// One row of the table that drives flags, variables, the configuration file and --dump-config.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <pinion/runtime/config.hpp>

namespace pinion {

/// An option: how it is spelled, what it does, which member it sets and which values it takes. The rows are
/// constant; any thread may read them.
class config_option {
public:
  enum class kind {
    node_name,
    log_level,
    path,
    plugins,
    processors,
    count,
    integer,
    size,
    duration,
    truth,
    word,
    placement,
    call
  };

  using member =
      std::variant<std::string config::*, std::vector<std::string> config::*, std::vector<int> config::*,
                   std::size_t config::*, int config::*, bool config::*, std::chrono::milliseconds config::*,
                   std::filesystem::path config::*, backing config::*, huge_pages config::*,
                   memory_placement config::*, full_policy config::*, initializer config::*,
                   pinning config::*>;

  /// As in the file: `store_limit`. The flag is --store-limit, the variable PINION_STORE_LIMIT.
  std::string_view name;
  kind type;
  member target;
  /// For whoever reads --help; no full stop, the default is not repeated.
  std::string_view help;
  /// Of counts and integers.
  long least = 0;
  long most = 0;

  /// "--store-limit".
  std::string flag() const;
  /// "PINION_STORE_LIMIT".
  std::string variable() const;
  /// What stands for the value in --help: "SIZE", "N".
  std::string_view placeholder() const;
  /// Only `load` takes several values.
  bool many() const { return type == kind::plugins; }

  /// Reads `values` (one, unless many()) into `into`. Relative paths start at `base`. Throws
  /// runtime_errc::bad_config with a text that begins with `where`, the place the values came from.
  void set(config& into, const std::vector<std::string>& values, const std::string& where,
           const std::filesystem::path& base) const;

  /// The value as TOML: `"1GiB"`, `4`, `["/a.so"]`; set() reads it back.
  std::string toml(const config& from) const;
};

/// All options, in the order of help and dump.
std::span<const config_option> config_options();

/// By its name in the file, else null.
const config_option* find_config_option(std::string_view name);

} // namespace pinion
