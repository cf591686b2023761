#include <pinion/runtime/front_desk.hpp>

#include <atomic>

#include <unistd.h>

#include <pinion/actors/logger_hold.hpp>
#include <pinion/runtime/desk_actor.hpp>
#include <pinion/runtime/rendezvous.hpp>

namespace pinion {

struct front_desk::parts {
  parts(node& whose, const std::filesystem::path& folder, const std::string& name,
        std::function<void()> on_stop)
      : system(whose.system()), place(folder, name) {
    const logger_hold for_now;
    caf::actor_config cfg{&system.middleman().backend()};
    actor = system.spawn_impl<desk_actor, caf::hidden>(cfg, whose, place.take_listener().release(),
                                                       std::move(on_stop));
  }

  caf::actor_system& system;
  rendezvous place;
  caf::actor actor;
};

front_desk::front_desk(node& whose, const std::filesystem::path& folder, std::function<void()> on_stop)
    : front_desk(whose, folder, whose.name(), std::move(on_stop)) {}

front_desk::front_desk(node& whose, const std::filesystem::path& folder, const std::string& name,
                       std::function<void()> on_stop)
    : parts_(std::make_unique<parts>(whose, folder, name, std::move(on_stop))) {}

front_desk::~front_desk() {
  const logger_hold for_now;
  caf::scoped_actor self{parts_->system, true};
  self->send(parts_->actor, leave_atom_v);
  self->wait_for(parts_->actor);
}

std::unique_ptr<front_desk> front_desk::for_memory(node& whose) {
  static std::atomic<unsigned> made{0}; // written by each thread that makes a node
  const auto name = std::to_string(::getpid()) + "-" + std::to_string(++made);
  make_runtime_dir(whose.runtime_dir());
  return std::unique_ptr<front_desk>(new front_desk(whose, memory_folder(whose.runtime_dir()), name, {}));
}

std::filesystem::path memory_folder(const std::filesystem::path& runtime_dir) {
  return runtime_dir / "memory";
}

} // namespace pinion
