#include <pinion/runtime/future_keeper.hpp>

#include <exception>
#include <utility>

namespace pinion {

future_keeper::future_keeper(const caf::actor& dispatcher, std::shared_ptr<spdlog::logger> log)
    : dispatcher_(caf::actor_cast<caf::weak_actor_ptr>(dispatcher)), log_(std::move(log)) {}

void future_keeper::run(promise::job what) {
  thread_.run([what = std::move(what), log = log_] {
    try {
      what();
    } catch (const std::exception& why) {
      log->error("what was to be called with a task's result threw: {}", why.what());
    } catch (...) {
      log->error("what was to be called with a task's result threw something that is no std::exception");
    }
  });
}

void future_keeper::cancel(const std::shared_ptr<task>& what) {
  if (const auto here = caf::actor_cast<caf::actor>(dispatcher_))
    caf::anon_send(here, withdraw_atom_v, what);
}

} // namespace pinion
