#include <pinion/actors/caf.hpp>

#include <algorithm>
#include <sstream>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/actors/registered_actor.hpp>

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

void prepare(caf::actor_system_config& cfg) { prepare(cfg, kernel_registry::from_registered()); }

void prepare(caf::actor_system_config& cfg, const kernel_registry& known) {
  cfg.add_message_types<caf::id_block::pinion>();
  for (const auto& each : known.messages())
    each->add_to(cfg);
  cfg.add_thread_hook<mark_threads>();
  cfg.add_error_category(category, [](std::uint8_t, caf::atom_value, const caf::message& text) {
    return text.size() > 0 && text.match_element<std::string>(0) ? text.get_as<std::string>(0)
                                                                 : std::string("pinion: unknown failure");
  });
}

system_config::system_config(std::size_t scheduler_threads, const kernel_registry& known) {
  load<caf::io::middleman>();
  prepare(*this, known);
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", scheduler_threads);
  // Messages that an actor handles before others have their turn: on the I/O thread, before it looks at its
  // sockets. CAF's own is no limit.
  constexpr std::size_t most_in_a_row = 32;
  set("scheduler.max-throughput", most_in_a_row);
  set("middleman.workers", std::size_t{0});
  set("middleman.manual-multiplexing", true);
  // We open no TCP connections, so CAF's helpers for those need no threads of their own.
  set("middleman.attach-utility-actors", true);
}

namespace {

// Within one process; a list of texts is no type of CAF's, so they travel as lines of one text.
std::string lines_of(const std::vector<std::string>& texts) {
  std::string result;
  for (auto each : texts) {
    std::replace(each.begin(), each.end(), '\n', ' ');
    result += each + '\n';
  }
  return result;
}

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    result.push_back(line);
  return result;
}

bool is_ours(const caf::error& what) {
  return what.category() == category &&
         what.context().match_elements<std::string, std::int64_t, std::string, std::string, std::string>();
}

} // namespace

caf::error to_caf_error(const failure& what) {
  return {static_cast<std::uint8_t>(what.code), category,
          caf::make_message(what.text, std::int64_t{what.retry_after.count()}, what.type,
                            lines_of(what.causes), lines_of(what.trace))};
}

std::string text_of(const caf::error& what) {
  return is_ours(what) ? what.context().get_as<std::string>(0) : caf::to_string(what);
}

std::chrono::milliseconds retry_after_of(const caf::error& what) {
  return std::chrono::milliseconds{is_ours(what) ? what.context().get_as<std::int64_t>(1) : 0};
}

failure failure_of(const caf::error& what) {
  failure result{code_of(what), text_of(what), retry_after_of(what)};
  if (is_ours(what)) {
    result.type = what.context().get_as<std::string>(2);
    result.causes = lines_in(what.context().get_as<std::string>(3));
    result.trace = lines_in(what.context().get_as<std::string>(4));
  }
  return result;
}

actor_errc code_of(const caf::error& what) {
  const auto code = static_cast<actor_errc>(what.code());
  return what.category() == category && valid(code) ? code : actor_errc::internal;
}

} // namespace pinion
