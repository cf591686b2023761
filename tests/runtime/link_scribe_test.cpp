#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pinion/actors/closing_broker.hpp>
#include <pinion/runtime/client_scribe.hpp>
#include <pinion/shm/descriptor.hpp>

using namespace pinion;

namespace {

// Does something with a link in one round of the loop, and ends.
class hasty final : public closing_broker {
public:
  hasty(caf::actor_config& cfg, std::function<void(caf::io::broker*)> what)
      : closing_broker(cfg), what_(std::move(what)) {}
  caf::behavior make_behavior() override {
    what_(this);
    quit();
    return {};
  }

private:
  std::function<void(caf::io::broker*)> what_;
};

bool open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

// Whether the link's descriptor is closed when its system has gone.
bool closed_after(const std::function<void(caf::io::broker*, caf::intrusive_ptr<client_scribe>)>& what) {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const descriptor other(ends[1]);
  {
    caf::actor_system_config settings;
    settings.load<caf::io::middleman>();
    settings.set("middleman.manual-multiplexing", true);
    caf::actor_system system(settings);
    auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system.middleman().backend());
    loop.thread_id(std::this_thread::get_id());
    caf::actor_config cfg{&loop};
    const auto actor = system.spawn_impl<hasty, caf::hidden>(
        cfg, [&](caf::io::broker* self) { what(self, caf::make_counted<client_scribe>(loop, ends[0])); });
    while (loop.try_run_once())
      ;
  }
  const bool result = !open(ends[0]);
  if (!result)
    ::close(ends[0]);
  return result;
}

// Lets its link rest while it is given what has come.
class resting_link final : public link_scribe {
public:
  using link_scribe::link_scribe;
  using link_scribe::rest;
};

class drowsy final : public closing_broker {
public:
  drowsy(caf::actor_config& cfg, caf::intrusive_ptr<resting_link> link, std::size_t& heard)
      : closing_broker(cfg), link_(std::move(link)), heard_(heard) {}
  caf::behavior make_behavior() override {
    const auto handle = link_->hdl();
    add_scribe(link_);
    configure_read(handle, caf::io::receive_policy::at_most(64 * 1024));
    return {
        [this](const caf::io::new_data_msg& msg) {
          heard_ += msg.buf.size();
          link_->rest();
        },
        [this](const caf::io::connection_closed_msg&) { quit(); },
    };
  }

private:
  const caf::intrusive_ptr<resting_link> link_;
  std::size_t& heard_; ///< is the test's
};

} // namespace

TEST_CASE("a link that is closed in the round in which it was opened is let go") {
  CHECK(closed_after([](caf::io::broker* self, caf::intrusive_ptr<client_scribe> link) {
    const auto handle = link->hdl();
    self->add_scribe(std::move(link));
    self->configure_read(handle, caf::io::receive_policy::exactly(4));
    self->close(handle);
  }));
}

TEST_CASE("a link with much to write that is closed in the round in which it was opened is let go") {
  CHECK(closed_after([](caf::io::broker* self, caf::intrusive_ptr<client_scribe> link) {
    const auto handle = link->hdl();
    self->add_scribe(std::move(link));
    self->configure_read(handle, caf::io::receive_policy::exactly(4));
    self->wr_buf(handle).resize(std::size_t{8} << 20U); // more than the socket takes
    self->flush(handle);
    self->close(handle);
  }));
}

TEST_CASE("a link that rests while it hands out much gives that back as well") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  descriptor other(ends[1]);
  caf::actor_system_config settings;
  settings.load<caf::io::middleman>();
  settings.set("middleman.manual-multiplexing", true);
  caf::actor_system system(settings);
  auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system.middleman().backend());
  loop.thread_id(std::this_thread::get_id());
  const auto link = caf::make_counted<resting_link>(loop, ends[0]);
  std::size_t heard = 0;
  caf::actor_config cfg{&loop};
  const auto actor = system.spawn_impl<drowsy, caf::hidden>(cfg, link, heard);
  const std::string much(60'000, 'x');
  REQUIRE(::send(other.get(), much.data(), much.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(much.size()));
  while (heard < much.size())
    loop.run_once();
  CHECK(link->rd_buf().capacity() < 20'000);
  other = {};
  while (loop.try_run_once())
    ;
}
