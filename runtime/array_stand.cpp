#include <pinion/runtime/array_stand.hpp>

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pinion/runtime/attach.hpp>
#include <pinion/runtime/attach_wire.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/node_name.hpp>
#include <pinion/runtime/rendezvous.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

struct array_stand::offer {
  std::string name;
  any_view what;
  access right = access::read;
  std::chrono::steady_clock::time_point since;
  std::optional<rendezvous> place;
  descriptor listener;
};

struct array_stand::connection {
  descriptor socket;
  pid_t pid = 0;
  std::chrono::steady_clock::time_point since;
  std::shared_ptr<offer> to;
};

array_stand::array_stand(std::filesystem::path runtime_dir, std::string node)
    : folder_(std::move(runtime_dir)), node_(std::move(node)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_)
    raise(runtime_errc::system_refused,
          "no eventfd for the names of arrays; raise the limit on open files (ulimit -n)");
}

array_stand::~array_stand() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    for (auto& [name, each] : offers_)
      each->place.reset();
  }
  wake();
  if (thread_.joinable())
    thread_.join();
}

void array_stand::publish(const std::string& name, const any_view& what, access right) {
  if (right == access::write && !what.writable)
    raise(shm_errc::read_only,
          "'" + name + "' cannot be published for writing: this process may only read it");
  static_cast<void>(what.ref()); // it lies in a segment
  // Its publisher would know nothing of those who attach here, and free it under their eyes.
  if (is_attached(what))
    raise(runtime_errc::not_yours,
          "'" + name +
              "' cannot be published: the array was attached by its name; publish it "
              "where it was made, or a copy of it here");
  if (!valid_node_name(name))
    raise(runtime_errc::bad_config,
          "'" + name + "' is no name for an array; expected " + std::string(node_name_rule));
  auto made = std::make_shared<offer>();
  made->name = name;
  made->what = what;
  made->right = right;
  made->since = std::chrono::steady_clock::now();
  make_runtime_dir(folder_);
  const auto check_free = [&] {
    if (offers_.contains(name))
      raise(runtime_errc::name_taken,
            "this node publishes an array as '" + name + "' already; withdraw it first");
  };
  {
    const std::lock_guard lock(mutex_);
    check_free();
  }
  // Without the lock, which those who look for an array take as well: files may be slow.
  try {
    made->place.emplace(array_folder(folder_), name);
  } catch (const std::system_error& why) {
    if (why.code() == runtime_errc::name_taken)
      raise(runtime_errc::name_taken, "another process of yours publishes an array as '" + name +
                                          "'; choose another name, or withdraw it there");
    throw;
  }
  made->listener = made->place->take_listener();
  const std::lock_guard lock(mutex_);
  check_free();
  // First the thread, which may be refused: without it nobody would be let in.
  if (!thread_.joinable())
    thread_ = std::thread([this] { loop(); });
  offers_.emplace(name, std::move(made));
  wake();
}

bool array_stand::withdraw(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto found = offers_.extract(name);
  if (found.empty())
    return false;
  // The name is free at once; its socket is closed by the thread that listens at it.
  found.mapped()->place.reset();
  withdrawn_.push_back(std::move(found.mapped()));
  wake();
  return true;
}

std::optional<any_view> array_stand::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto at = offers_.find(name);
  if (at == offers_.end())
    return std::nullopt;
  auto result = at->second->what;
  result.writable = result.writable && at->second->right == access::write;
  return result;
}

std::vector<published_array> array_stand::list(bool withdrawn) const {
  std::lock_guard lock(mutex_);
  std::vector<published_array> result;
  std::map<const offer*, std::size_t> places;
  const auto add = [&](const offer& each, bool gone) {
    places.emplace(&each, result.size());
    result.push_back({each.name, each.what.ref(), each.right, each.since, {}, gone});
  };
  for (const auto& [name, each] : offers_)
    add(*each, false);
  for (const auto& who : connections_) {
    if (withdrawn && !places.contains(who.to.get()))
      add(*who.to, true);
    if (const auto at = places.find(who.to.get()); at != places.end())
      result[at->second].holders.push_back({who.pid, who.since});
  }
  return result;
}

void array_stand::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

// -- the stand's thread -------------------------------------------------------

void array_stand::loop() {
  // Signals are the program's; this thread must not be their victim.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::vector<pollfd> looks;
  std::vector<std::shared_ptr<offer>> listening;
  for (;;) {
    looks.assign(1, {wake_.get(), POLLIN, 0});
    listening.clear();
    std::vector<std::shared_ptr<offer>> gone; // dropped without the lock: freeing an array may take a while
    {
      std::lock_guard lock(mutex_);
      if (ending_)
        return;
      gone.swap(withdrawn_);
      for (auto& [name, each] : offers_) {
        looks.push_back({each->listener.get(), POLLIN, 0});
        listening.push_back(each);
      }
      for (const auto& each : connections_)
        looks.push_back({each.socket.get(), POLLIN, 0});
    }
    for (auto& each : gone)
      each->listener.reset();
    gone.clear();
    if (::poll(looks.data(), looks.size(), -1) < 0)
      continue;
    if (looks[0].revents != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
    }
    // First those who left: connections are only added below, so the places still fit.
    std::vector<connection> left;
    {
      std::lock_guard lock(mutex_);
      const auto first = 1 + listening.size();
      for (auto i = looks.size(); i-- > first;)
        if (looks[i].revents != 0) {
          // Nobody has anything to say: it hung up, or is no client of ours.
          std::swap(connections_[i - first], connections_.back());
          left.push_back(std::move(connections_.back()));
          connections_.pop_back();
        }
    }
    left.clear();
    for (std::size_t i = 0; i < listening.size(); ++i)
      if ((looks[i + 1].revents & POLLIN) != 0)
        welcome(listening[i]);
  }
}

void array_stand::welcome(const std::shared_ptr<offer>& to) {
  descriptor socket(::accept4(to->listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) {
    // Out of descriptors: it would come again at once. Whoever waits is let in when one is free.
    if (errno == EMFILE || errno == ENFILE)
      ::usleep(10'000);
    return;
  }
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 || who.uid != ::geteuid())
    return;
  const auto told = pack_offer({to->what.ref(), to->right, node_});
  // A fresh socket takes a frame of this size whole.
  if (::send(socket.get(), told.data(), told.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(told.size()))
    return;
  std::lock_guard lock(mutex_);
  connections_.push_back({std::move(socket), who.pid, std::chrono::steady_clock::now(), to});
}

} // namespace pinion
