#include <pinion/runtime/attach.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include <pinion/actors/error.hpp>
#include <pinion/runtime/attach_wire.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/rendezvous.hpp>
#include <pinion/runtime/suggestion.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/mapper.hpp>

namespace pinion {

namespace {

using clock = std::chrono::steady_clock;

// A publisher's thread answers in microseconds, or it is stopped.
constexpr auto patience = std::chrono::seconds{5};

// The mapping, and the connection by which the publisher counts us.
struct attachment final : origin {
  attachment(std::shared_ptr<const origin> where, descriptor to)
      : mapped(std::move(where)), socket(std::move(to)) {
    segment = mapped->segment;
    incarnation = mapped->incarnation;
    base = mapped->base;
    size = mapped->size;
  }
  std::shared_ptr<const origin> mapped;
  descriptor socket;
};

void receive(int socket, char* to, std::size_t size, const std::string& name) {
  const auto until = clock::now() + patience;
  for (std::size_t done = 0; done < size;) {
    const auto got = ::recv(socket, to + done, size - done, 0);
    if (got > 0) {
      done += static_cast<std::size_t>(got);
      continue;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR))
      raise(runtime_errc::link_failed,
            "the publisher of '" + name + "' hung up; try again, or look whether it still runs");
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
    pollfd look{socket, POLLIN, 0};
    if (left <= 0 || ::poll(&look, 1, static_cast<int>(left)) == 0)
      raise(runtime_errc::link_failed,
            "the publisher of '" + name + "' does not answer; it is stopped or stuck");
  }
}

array_offer offer_from(int socket, const std::string& name) {
  char prefix[4];
  receive(socket, prefix, sizeof prefix, name);
  std::size_t length = 0;
  for (int i = 3; i >= 0; --i)
    length = length << 8U | static_cast<unsigned char>(prefix[i]);
  if (length > largest_offer)
    raise(runtime_errc::link_failed, "what publishes '" + name + "' is no node of this release");
  std::string bytes(length, '\0');
  receive(socket, bytes.data(), bytes.size(), name);
  try {
    return unpack_offer(bytes);
  } catch (const task_error& why) {
    raise(runtime_errc::link_failed,
          "what publishes '" + name + "' is no node of this release: " + why.what());
  }
}

} // namespace

std::filesystem::path array_folder(const std::filesystem::path& runtime_dir) {
  return runtime_dir / "arrays";
}

std::vector<std::string> list_arrays(const std::filesystem::path& runtime_dir) {
  return list_nodes(array_folder(runtime_dir));
}

bool is_attached(const any_view& what) {
  return dynamic_cast<const attachment*>(what.source.get()) != nullptr;
}

any_view attach_any(const std::string& name, access right, const std::filesystem::path& runtime_dir) {
  const auto names = list_arrays(runtime_dir);
  if (std::find(names.begin(), names.end(), name) == names.end())
    raise(runtime_errc::no_such_array,
          "no array is published as '" + name + "'" + did_you_mean(name, names) +
              "; its publisher is a node of yours that runs and has said node.publish(\"" + name + "\", …)");
  auto socket = connect_to_node(array_folder(runtime_dir), name, patience);
  const auto told = offer_from(socket.get(), name);
  if (right == access::write && told.right == access::read)
    raise(shm_errc::read_only, "'" + name +
                                   "' is published for reading only; attach to it as view<const T>, or "
                                   "publish it with access::write");
  auto result = mapper().open(told.what, right);
  result.source = std::make_shared<attachment>(std::move(result.source), std::move(socket));
  return result;
}

} // namespace pinion
