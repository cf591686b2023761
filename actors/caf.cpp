#include <pinion/actors/caf.hpp>

#include <pinion/actors/actor_thread.hpp>

namespace pinion {

namespace {

class mark_threads final : public caf::thread_hook {
public:
  void init(caf::actor_system&) override {}
  void thread_started() override { mark_actor_thread(true); }
  void thread_terminates() override { mark_actor_thread(false); }
};

const auto category = caf::atom("pinion");

} // namespace

void prepare(caf::actor_system_config& cfg) {
  cfg.add_message_types<caf::id_block::pinion>();
  cfg.add_thread_hook<mark_threads>();
  cfg.add_error_category(category, [](std::uint8_t, caf::atom_value, const caf::message& text) {
    return text.match_elements<std::string>() ? text.get_as<std::string>(0)
                                              : std::string("pinion: unknown failure");
  });
}

system_config::system_config(std::size_t scheduler_threads) {
  load<caf::io::middleman>();
  prepare(*this);
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", scheduler_threads);
  set("middleman.workers", std::size_t{0});
  set("middleman.manual-multiplexing", true);
  // We open no TCP connections, so CAF's helpers for those need no threads of their own.
  set("middleman.attach-utility-actors", true);
}

caf::error to_caf_error(const failure& what) {
  return {static_cast<std::uint8_t>(what.code), category, caf::make_message(what.text)};
}

std::string text_of(const caf::error& what) {
  if (what.category() == category && what.context().match_elements<std::string>())
    return what.context().get_as<std::string>(0);
  return caf::to_string(what);
}

actor_errc code_of(const caf::error& what) {
  const auto code = static_cast<actor_errc>(what.code());
  return what.category() == category && valid(code) ? code : actor_errc::internal;
}

} // namespace pinion
