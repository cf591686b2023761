#pragma once

#include <filesystem>
#include <string>
#include <type_traits>
#include <vector>

#include <pinion/runtime/config.hpp>
#include <pinion/shm/any_view.hpp>
#include <pinion/shm/segment_file.hpp>

namespace pinion {

/// An array that some process of this user publishes by that name (node::publish). The view holds it: it
/// lives while the view or one made from it does, and its publisher sees this process among the holders; both
/// also hold after kill -9. When the publisher ends, the memory stays while the view does, but it can no
/// longer be sent to workers. Writing is for arrays that were published so. Waits
/// for the publisher's answer, 5 s at most; any thread that may wait. Throws runtime_errc::no_such_array
/// (with the nearest name), not_yours, link_failed, and what mapper::open does, read_only too.
any_view attach_any(const std::string& name, access right, const std::filesystem::path& runtime_dir);

/// The same with an element type: `attach<const double>("prices")` to read, `attach<double>` to write. Throws
/// wrong_type, too. The runtime directory is that of the environment (PINION_RUNTIME_DIR, or as
/// config::from() finds it) unless one is named.
template <class T>
view<T> attach(const std::string& name,
               const std::filesystem::path& runtime_dir = config::from(0, nullptr).runtime_dir) {
  return attach_any(name, std::is_const_v<T> ? access::read : access::write, runtime_dir).template as<T>();
}

/// The names that can be attached to now, sorted.
std::vector<std::string> list_arrays(const std::filesystem::path& runtime_dir);

/// Where the names of arrays are kept, below a runtime directory.
std::filesystem::path array_folder(const std::filesystem::path& runtime_dir);

} // namespace pinion
