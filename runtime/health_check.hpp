// Is this machine fit for pinion?
#pragma once

#include <string>
#include <vector>

#include <pinion/runtime/config.hpp>
#include <pinion/runtime/system_root.hpp>

namespace pinion {

/// What one check found. docs/doctor.md has every one of them.
struct finding {
  enum class level { ok, warning, problem };
  std::string check; ///< its name, one word
  level how = level::ok;
  std::string says;   ///< what is so
  std::string advice; ///< what to do; empty where all is well
};

/// All checks, in the order of the documentation, for nodes with this configuration. Changes nothing; reads
/// some files; any thread.
std::vector<finding> check_health(const config& settings, const system_root& where = {});

/// "ok", "warning", "problem".
const char* name_of(finding::level what) noexcept;

// The checks by what they look at. Each adds its findings.
void check_shm(std::vector<finding>& found, const config& settings, const system_root& where);
void check_sessions(std::vector<finding>& found, const system_root& where);
void check_limits(std::vector<finding>& found, const config& settings, const system_root& where);
void check_kernel(std::vector<finding>& found, const system_root& where);
void check_leftovers(std::vector<finding>& found, const config& settings, const system_root& where);

} // namespace pinion
