#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/gate.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/runtime/array_stand.hpp>
#include <pinion/runtime/background.hpp>
#include <pinion/runtime/front_desk.hpp>
#include <pinion/runtime/future_keeper.hpp>
#include <pinion/runtime/hosted_actors.hpp>
#include <pinion/runtime/http/server.hpp>
#include <pinion/runtime/io_loop.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/node_setup.hpp>
#include <pinion/runtime/readiness.hpp>
#include <pinion/runtime/supervisor.hpp>
#include <pinion/shm/ledger.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// A dispatcher answers a question in microseconds, or its thread is blocked by somebody's broker.
inline constexpr std::chrono::seconds status_time{5};

/// What a node is made of; for the node alone. The order is that of making; what is below uses what is above.
struct node::parts {
  explicit parts(config what)
      : settings(named(std::move(what))), undertaker(std::make_shared<background>()),
        books(std::make_shared<ledger>(settings.store_limit)), ground(ground_of(settings)),
        setup(supervision(settings, load_plugins(settings), books, undertaker, ground)),
        kernels(std::make_shared<const kernel_registry>(kernel_registry::from_registered())),
        ready(setup.where.workers.size()), workers(std::make_shared<supervisor>(setup)),
        stand(settings.runtime_dir, settings.name), arrays(store_of(settings, books, undertaker, ground)),
        door(settings.when_full == full_policy::wait ? std::make_shared<gate>(room_of(settings)) : nullptr) {}

  const config settings;
  const std::shared_ptr<background> undertaker;
  const std::shared_ptr<ledger> books;
  // Before the workers: what is wrong with it should not cost their start.
  const array_ground ground;
  const supervisor::setup setup;
  const std::shared_ptr<const kernel_registry> kernels;
  readiness ready;
  // Started first of all that takes time: processes come up while the actor system is made.
  const std::shared_ptr<supervisor> workers;
  // Goes after the store: then what others have attached is not given back to the system under their eyes.
  array_stand stand;
  store arrays;
  std::unique_ptr<system_config> own_config;
  std::unique_ptr<caf::actor_system> own_system;
  std::unique_ptr<io_loop> loop;
  std::thread io_thread;
  caf::actor_system* system = nullptr;
  caf::actor dispatcher;
  std::shared_ptr<future_keeper> keeper;
  std::unique_ptr<hosted_actors> actors;
  std::shared_ptr<gate> door;        ///< only where tasks wait for room in the queue
  std::unique_ptr<http::server> web; ///< node::http(); none where nobody asked for it
  std::unique_ptr<front_desk> desk;  ///< for `pinion shm`; none where its folder cannot be used
  /// What others see of these parts on the undertaker's thread: nothing, once they are to go.
  struct window {
    std::mutex mutex;
    const parts* inside = nullptr; ///< guarded by mutex
  };
  const std::shared_ptr<window> look = std::make_shared<window>();

  void make_system();
  void connect();
  void disconnect();
  void say_goodbye();
};

} // namespace pinion
