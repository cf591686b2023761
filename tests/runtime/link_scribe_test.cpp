#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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

// An actor system whose loop the test turns by hand, and both ends of a connection: a link takes ours.
struct turned_by_hand {
  turned_by_hand() {
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    theirs = descriptor(ends[1]);
    loop.thread_id(std::this_thread::get_id());
  }
  void run() {
    while (loop.try_run_once())
      ;
  }
  template <class Actor, class... Ts>
  caf::actor spawn(Ts&&... how) {
    caf::actor_config cfg{&loop};
    return system.spawn_impl<Actor, caf::hidden>(cfg, std::forward<Ts>(how)...);
  }

  struct by_hand : caf::actor_system_config {
    by_hand() {
      load<caf::io::middleman>();
      set("middleman.manual-multiplexing", true);
    }
  };
  by_hand settings;
  caf::actor_system system{settings};
  caf::io::network::default_multiplexer& loop =
      dynamic_cast<caf::io::network::default_multiplexer&>(system.middleman().backend());
  int ends[2] = {};
  descriptor theirs;
};

// Whether the link's descriptor is closed when its system has gone.
bool closed_after(const std::function<void(caf::io::broker*, caf::intrusive_ptr<client_scribe>)>& what) {
  int ours = -1;
  descriptor theirs;
  {
    turned_by_hand stage;
    ours = stage.ends[0];
    const auto actor = stage.spawn<hasty>(
        [&](caf::io::broker* self) { what(self, caf::make_counted<client_scribe>(stage.loop, ours)); });
    stage.run();
    theirs = std::move(stage.theirs); // else its number could be ours
  }
  const bool result = !open(ours);
  if (!result)
    ::close(ours);
  return result;
}

// Lets its link rest while it is given what has come.
class resting_link : public link_scribe {
public:
  using link_scribe::link_scribe;
  using link_scribe::rest;
};

// Keeps what it was told.
class telling_link final : public resting_link {
public:
  using resting_link::resting_link;
  std::vector<std::size_t> told; ///< bytes that were left

private:
  void some_sent() override { told.push_back(unsent()); }
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
  turned_by_hand stage;
  const auto link = caf::make_counted<resting_link>(stage.loop, stage.ends[0]);
  std::size_t heard = 0;
  const auto actor = stage.spawn<drowsy>(link, heard);
  const std::string much(60'000, 'x');
  REQUIRE(::send(stage.theirs.get(), much.data(), much.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(much.size()));
  while (heard < much.size())
    stage.loop.run_once();
  CHECK(link->rd_buf().capacity() < 20'000);
  stage.theirs = {};
  stage.run();
}

TEST_CASE("a link with much to write says how far it is, and lets others have their turn") {
  turned_by_hand stage;
  const auto link = caf::make_counted<telling_link>(stage.loop, stage.ends[0]);
  std::size_t heard = 0;
  const auto actor = stage.spawn<drowsy>(link, heard);
  constexpr std::size_t piece = std::size_t{1} << 20U;
  constexpr std::size_t count = 16;
  for (std::size_t i = 0; i < count; ++i) {
    link->wr_buf().resize(piece);
    link->flush();
  }
  const auto before = link->unsent();
  CHECK(before > (count - 4) * piece); // the socket has taken some at once
  CHECK(before < count * piece);
  // The socket is full: nothing is said of it until it takes some.
  stage.run();
  CHECK(link->told.empty());
  // Then it takes all, and all the same not in one go.
  const int room = 64 << 20;
  if (::setsockopt(stage.ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0) {
    MESSAGE("skipped: only root makes a socket take so much");
  } else {
    char byte = 0; // which tells the loop that there is room
    REQUIRE(::recv(stage.theirs.get(), &byte, 1, 0) == 1);
    stage.run();
    REQUIRE(link->told.size() >= 3);
    for (std::size_t i = 0; i < link->told.size(); ++i)
      CHECK((i == 0 ? before : link->told[i - 1]) - link->told[i] >= 4 * piece);
    CHECK(link->unsent() == 0);
  }
  stage.theirs = {};
  stage.run();
}
