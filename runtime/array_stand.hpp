#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/segment_file.hpp>

namespace pinion {

/// A published array and who has it attached, at one moment.
struct published_array {
  struct holder {
    pid_t pid = 0;
    std::chrono::steady_clock::time_point since;
  };
  std::string name;
  array_ref what;
  access right = access::read; ///< what others may do with it
  std::chrono::steady_clock::time_point since;
  std::vector<holder> holders;
  bool withdrawn = false; ///< nobody new gets it
};

/// Where a node's arrays are had by name. Each name is a socket in the folder `arrays` of the runtime
/// directory; whoever attaches connects, is told where the array lies, and keeps the connection for as long
/// as it uses it. So the count of holders is right by itself, after kill -9 of anyone too. A thread of its
/// own serves them, from the first publication on; it never waits for a client. Any thread may call any
/// member.
class array_stand {
public:
  array_stand(std::filesystem::path runtime_dir, std::string node);
  array_stand(const array_stand&) = delete;
  array_stand& operator=(const array_stand&) = delete;
  /// The names go; who is attached keeps the memory.
  ~array_stand();

  /// Keeps the array alive until the name is withdrawn and the last who attached has let go. Throws
  /// runtime_errc::name_taken, bad_config for what cannot be a name, not_yours or system_refused for the
  /// folder; read_only when others are to write what this process may not.
  void publish(const std::string& name, const any_view& what, access right);
  /// Nobody new gets it. False if there is none of that name.
  bool withdraw(const std::string& name);

  /// With the right that others have; none: this node publishes nothing by that name.
  std::optional<any_view> find(const std::string& name) const;
  /// `withdrawn`: those as well whose name is gone and that somebody still has attached.
  std::vector<published_array> list(bool withdrawn = false) const;

private:
  struct offer;
  struct connection;

  void loop();
  void welcome(const std::shared_ptr<offer>& to);
  void wake() const;

  const std::filesystem::path folder_;
  const std::string node_;
  const descriptor wake_; ///< an eventfd: written by any thread, read by the stand's

  mutable std::mutex mutex_;
  // All below is guarded by mutex_; descriptors are closed by the stand's thread alone.
  std::map<std::string, std::shared_ptr<offer>> offers_;
  std::vector<std::shared_ptr<offer>> withdrawn_;
  std::vector<connection> connections_;
  bool ending_ = false;
  std::thread thread_;
};

} // namespace pinion
