#include <pinion/runtime/client_doorman.hpp>

#include <unistd.h>

#include <pinion/runtime/rendezvous.hpp>

namespace pinion {

bool client_doorman::new_connection() {
  if (detached())
    return false;
  auto& loop = acceptor_.backend();
  const auto fd = acceptor_.accepted_socket();
  if (!same_user(fd)) {
    ::close(fd);
    return true;
  }
  auto client = caf::make_counted<link_scribe>(loop, fd);
  const auto handle = client->hdl();
  parent()->add_scribe(std::move(client));
  return doorman::new_connection(&loop, handle);
}

} // namespace pinion
