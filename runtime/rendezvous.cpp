#include <pinion/runtime/rendezvous.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/node_name.hpp>
#include <pinion/runtime/suggestion.hpp>

namespace pinion {

namespace {

namespace fs = std::filesystem;

constexpr auto socket_ending = ".sock";
constexpr auto lock_ending = ".lock";
constexpr auto unready_ending = ".new"; // a socket that nobody listens at yet
// Connections that may wait to be accepted (listen(2)).
constexpr int backlog = 128;

std::string reason(int number) { return std::generic_category().message(number); }

void check_folder(const fs::path& folder) {
  struct stat now {};
  if (::lstat(folder.c_str(), &now) != 0)
    raise(runtime_errc::system_refused, "cannot look at '" + folder.string() + "': " + reason(errno) +
                                            "; name another folder with runtime_dir");
  if (!S_ISDIR(now.st_mode))
    raise(runtime_errc::not_yours, "'" + folder.string() +
                                       "' is no directory; remove it, or name another folder "
                                       "with runtime_dir");
  if (now.st_uid != ::geteuid())
    raise(runtime_errc::not_yours,
          "'" + folder.string() + "' belongs to another user; name another folder with runtime_dir");
  if ((now.st_mode & 077U) != 0)
    raise(runtime_errc::not_yours,
          "'" + folder.string() + "' is open to other users; say chmod 700 " + folder.string() +
              " if nothing else is kept there, or name another folder with runtime_dir");
}

sockaddr_un address_of(const fs::path& socket) {
  sockaddr_un result{};
  result.sun_family = AF_UNIX;
  if (socket.string().size() >= sizeof result.sun_path)
    raise(runtime_errc::bad_config, "'" + socket.string() + "' is too long for a socket, " +
                                        std::to_string(sizeof result.sun_path - 1) +
                                        " bytes are the most; name a shorter runtime_dir");
  std::memcpy(result.sun_path, socket.c_str(), socket.string().size());
  return result;
}

// Whoever asks whether a node lives holds its lock for a moment: a refusal counts when it lasts.
bool take(int lock) {
  constexpr int tries = 50;
  for (int i = 0; i < tries; ++i) {
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0)
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return false;
}

// True if the open file is still the one of that name.
bool is_named(int file, const fs::path& name) {
  struct stat mine {};
  struct stat named {};
  return ::fstat(file, &mine) == 0 && ::lstat(name.c_str(), &named) == 0 && mine.st_ino == named.st_ino &&
         mine.st_dev == named.st_dev;
}

// True if nobody holds the lock.
bool is_free(const fs::path& lock_file) {
  const descriptor lock(::open(lock_file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return !lock || ::flock(lock.get(), LOCK_SH | LOCK_NB) == 0;
}

// Whether this is the lock of a node, whose socket stands beside it: the folder may hold what is somebody
// else's.
bool is_ours(int lock, const fs::path& name) {
  struct stat facts {};
  struct stat socket {};
  return valid_node_name(name.stem().string()) && ::fstat(lock, &facts) == 0 && S_ISREG(facts.st_mode) &&
         facts.st_uid == ::geteuid() && facts.st_size == 0 && (facts.st_mode & 0777U) == 0600 &&
         ::lstat(fs::path(name).replace_extension(socket_ending).c_str(), &socket) == 0 &&
         S_ISSOCK(socket.st_mode) && socket.st_uid == ::geteuid();
}

} // namespace

void make_runtime_dir(const fs::path& folder) {
  std::error_code ignored;
  if (!folder.parent_path().empty())
    fs::create_directories(folder.parent_path(), ignored);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    raise(runtime_errc::system_refused, "cannot make '" + folder.string() + "': " + reason(errno) +
                                            "; name another folder with runtime_dir");
}

void check_runtime_dir(const fs::path& folder) { check_folder(folder); }

// Its lock is held meanwhile, and a node that waits for that sees afterwards that the file it locked has no
// name any more.
std::vector<std::string> sweep_names(const fs::path& folder, bool remove) {
  std::vector<std::string> result;
  std::error_code none;
  for (const auto& each : fs::directory_iterator(folder, none)) {
    if (each.path().extension() != lock_ending)
      continue;
    const descriptor lock(::open(each.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!lock || !is_ours(lock.get(), each.path()) || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 ||
        !is_named(lock.get(), each.path()))
      continue;
    result.push_back(each.path().stem());
    if (remove) {
      ::unlink(fs::path(each.path()).replace_extension(socket_ending).c_str());
      ::unlink(each.path().c_str());
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

rendezvous::rendezvous(const fs::path& folder, const std::string& name)
    : socket_(folder / (name + socket_ending)), lock_file_(folder / (name + lock_ending)) {
  if (!valid_node_name(name))
    raise(runtime_errc::bad_config,
          "'" + name + "' is no name for a node; expected " + std::string(node_name_rule));
  make_runtime_dir(folder);
  check_folder(folder);
  sweep_names(folder, true);
  const auto unready = fs::path(socket_).replace_extension(unready_ending);
  static_cast<void>(address_of(socket_)); // the longer of the two must do as well
  const auto address = address_of(unready);
  for (;;) {
    lock_ = descriptor(::open(lock_file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock_)
      raise(runtime_errc::system_refused, "cannot open '" + lock_file_.string() + "': " + reason(errno));
    if (!take(lock_.get()))
      raise(runtime_errc::name_taken, "a node named '" + name +
                                          "' runs already; choose another --name, or stop it "
                                          "with `pinion stop " +
                                          name + "`");
    // A node that ends removes its lock's file: what was locked may be a file without a name by now.
    if (is_named(lock_.get(), lock_file_))
      break;
  }
  for (const auto& left : {socket_, unready})
    ::unlink(left.c_str()); // of a node that was killed
  listener_ = descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // The directory keeps strangers out from the first moment; the mode says it again.
  if (!listener_ ||
      ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(unready.c_str(), 0600) != 0 || ::listen(listener_.get(), backlog) != 0 ||
      // Under its name only now: who finds it is let in.
      ::rename(unready.c_str(), socket_.c_str()) != 0)
    raise(runtime_errc::system_refused, "cannot listen at '" + socket_.string() + "': " + reason(errno));
}

rendezvous::~rendezvous() {
  // Somebody may have cleared the folder, and another node have taken the name since.
  if (!is_named(lock_.get(), lock_file_))
    return;
  ::unlink(socket_.c_str());
  ::unlink(lock_file_.c_str());
}

descriptor connect_to_node(const fs::path& folder, const std::string& name,
                           std::chrono::milliseconds patience) {
  if (!valid_node_name(name))
    raise(runtime_errc::bad_config,
          "'" + name + "' is no name for a node; expected " + std::string(node_name_rule));
  const auto names = list_nodes(folder);
  if (std::find(names.begin(), names.end(), name) == names.end())
    raise(runtime_errc::no_such_node, "no node named '" + name + "' runs" + did_you_mean(name, names) +
                                          "; `pinion ps` lists yours, `pinion node --name " + name +
                                          "` starts it");
  const auto address = address_of(folder / (name + socket_ending));
  // Not blocking: a node that is stopped takes nobody in, and when enough wait before its door, the next one
  // would wait with them for ever.
  descriptor result(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!result)
    raise(runtime_errc::system_refused, "no socket: " + reason(errno));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::connect(result.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    // A node that has its name and no ear yet, or one that is just about to go.
    const auto why = errno;
    const bool passes = why == ECONNREFUSED || why == ENOENT;
    if ((why != EAGAIN && why != EINTR && !passes) || (passes && !node_lives(folder, name)))
      raise(runtime_errc::no_such_node, "the node '" + name + "' does not answer: " + reason(why));
    if (std::chrono::steady_clock::now() > until)
      raise(runtime_errc::no_such_node,
            "the node '" + name + "' lets nobody in; it is stopped or stuck, and others wait already");
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  if (!same_user(result.get()))
    raise(runtime_errc::not_yours, "the node '" + name + "' belongs to another user");
  return result;
}

std::vector<std::string> list_nodes(const fs::path& folder) {
  std::error_code none;
  if (!fs::exists(folder, none))
    return {};
  check_folder(folder);
  std::vector<std::string> result;
  for (const auto& each : fs::directory_iterator(folder, none))
    if (each.path().extension() == socket_ending && node_lives(folder, each.path().stem()))
      result.push_back(each.path().stem());
  std::sort(result.begin(), result.end());
  return result;
}

bool node_lives(const fs::path& folder, const std::string& name) {
  const auto lock = folder / (name + lock_ending);
  std::error_code none;
  return fs::exists(lock, none) && !is_free(lock);
}

bool same_user(int socket) noexcept {
  ucred who{};
  socklen_t size = sizeof who;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && who.uid == ::geteuid();
}

} // namespace pinion
