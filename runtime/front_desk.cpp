#include <pinion/runtime/front_desk.hpp>

#include <atomic>
#include <random>

#include <unistd.h>

#include <pinion/actors/logger_hold.hpp>
#include <pinion/runtime/desk_actor.hpp>
#include <pinion/runtime/rendezvous.hpp>

namespace pinion {

struct front_desk::parts {
  parts(node& whose, const std::filesystem::path& folder, const std::string& name, desk_actor::service what,
        std::function<void()> on_stop)
      : system(whose.system()), place(folder, name) {
    const logger_hold for_now;
    caf::actor_config cfg{&system.middleman().backend()};
    actor = system.spawn_impl<desk_actor, caf::hidden>(cfg, whose, place.take_listener().release(), what,
                                                       std::move(on_stop));
  }

  caf::actor_system& system;
  rendezvous place;
  caf::actor actor;
};

namespace {

// Of this process among all that use the runtime directory, in other namespaces too, where it may have
// another process's number.
std::string inner_name() {
  static std::atomic<unsigned> made{0}; // written by each thread that makes a node
  static const auto mark = std::random_device{}();
  return std::to_string(::getpid()) + "-" + std::to_string(++made) + "-" + std::to_string(mark);
}

} // namespace

front_desk::front_desk(node& whose, const std::filesystem::path& folder, std::function<void()> on_stop)
    : parts_(std::make_unique<parts>(whose, folder, whose.name(), desk_actor::service::all,
                                     std::move(on_stop))) {}

front_desk::front_desk(std::unique_ptr<parts> made) : parts_(std::move(made)) {}

front_desk::~front_desk() {
  const logger_hold for_now;
  caf::scoped_actor self{parts_->system, true};
  self->send(parts_->actor, leave_atom_v);
  self->wait_for(parts_->actor);
}

std::unique_ptr<front_desk> front_desk::for_memory(node& whose) {
  make_runtime_dir(whose.runtime_dir());
  check_runtime_dir(whose.runtime_dir());
  return std::unique_ptr<front_desk>(new front_desk(std::make_unique<parts>(
      whose, memory_folder(whose.runtime_dir()), inner_name(), desk_actor::service::memory_alone, nullptr)));
}

std::filesystem::path memory_folder(const std::filesystem::path& runtime_dir) {
  return runtime_dir / "memory";
}

} // namespace pinion
