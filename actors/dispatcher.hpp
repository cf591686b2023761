#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <pinion/actors/closing_broker.hpp>
#include <pinion/actors/dispatcher_engine.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// The number of a worker's first task, where it has one to prepare itself: no other task has it.
inline constexpr std::uint64_t initializer_task = ~std::uint64_t{0} - 1;

/// What a dispatcher takes from the node around it. The functions are called on the dispatcher's thread and
/// must not block; they must outlive it.
struct dispatcher_setup {
  dispatcher_engine::limits limits;
  /// A batch with the one task that each worker runs before it is ready (initializer_task); empty: none.
  std::string initializer;
  std::string initializer_name; ///< of its kernel
  /// The kernels' fingerprint that a worker's hello must carry.
  std::uint64_t kernels = 0;
  /// End a process, and say this of its end where it is not empty.
  std::function<void(std::uint32_t slot, std::uint64_t incarnation, std::string why)> kill;
  /// What worker_port says of them.
  std::function<void(std::uint32_t slot, std::uint64_t incarnation, bool again, std::string why)> dismiss;
  std::function<void(std::uint32_t slot)> call_in;
  std::function<void(std::uint32_t slot, std::uint32_t place)> post;
  std::function<void(std::size_t workers, std::size_t slots)> resize;
  /// CAF's end of the descriptor of a stream.
  std::function<caf::io::scribe_ptr(descriptor what)> adopt;
  /// A slot's process is ready, or the slot was given up for the reason in the text.
  std::function<void(std::uint32_t slot, std::uint64_t incarnation, const std::string& given_up)> on_settled;
};

/// The actor between those who ask and the workers. Lives on the I/O thread (it is a broker), so that neither
/// a requester there nor a worker's reply costs a thread hand-off. It decides nothing: that is
/// dispatcher_engine's.
///
/// It never asks workers with CAF's request, whose timers are not cancelled: it sends and gets, by task
/// number, and keeps one timer for the nearest deadline. A dead worker's tasks are answered once its link was
/// read to the end and the process was waited for, whichever comes last, so no reply that was on its way is
/// lost.
class dispatcher final : public closing_broker, private worker_port {
public:
  dispatcher(caf::actor_config& cfg, dispatcher_setup setup);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "pinion-dispatcher"; }

private:
  struct link {
    caf::actor worker;
    std::uint64_t incarnation = 0;
    std::shared_ptr<control_page> page;
    std::shared_ptr<arena_owner> arena;
    std::uint64_t noted = 0; ///< entries of the page's journal that were read
    bool up = false;
    bool prepares = false;             ///< it runs the initializer
    worker_event_ptr end;              ///< the process ended; its link is still being read
    worker_event_ptr next;             ///< its successor, which started before that was over
    caf::io::connection_handle stream; ///< of its partial results; invalid: it is closed
    bool in_frame = false;             ///< the length of the next one was read
    std::uint64_t heard = 0;           ///< partial results so far
    std::deque<done_items> held;       ///< replies to tasks whose partial results are still to come
  };

  void run(std::uint32_t slot, std::string batch) override;
  void ask_to_stop(std::uint32_t slot, std::uint64_t task) override;
  void kill(std::uint32_t slot, std::uint64_t incarnation, const std::string& why) override;
  void dismiss(std::uint32_t slot, std::uint64_t incarnation, bool again, const std::string& why) override;
  void call_in(std::uint32_t slot) override;
  void post(std::uint32_t slot, std::uint32_t place) override;
  void resize(std::size_t workers, std::size_t slots) override;
  std::uint64_t begun(std::uint32_t slot) const override;
  std::uint64_t running(std::uint32_t slot) const override;
  std::vector<done_item> finished(std::uint32_t slot) override;
  std::shared_ptr<const origin> take_over(std::uint32_t slot, const arena_block& block,
                                          stored_array facts) override;
  array_fault fault(std::uint32_t slot) const override;

  void take(const done_batch& batch);
  void settle_replies(std::uint32_t slot, done_items&& items);
  void refuse_reply(std::uint32_t slot, const std::system_error& why);
  void open_stream(link& which, descriptor&& stream);
  void close_stream(link& which);
  void read_stream(const caf::io::new_data_msg& msg);
  void release(std::uint32_t slot);
  void welcome(std::uint32_t slot, std::uint64_t begun);
  void prepared(std::uint32_t slot, const done_items& what);
  void greet(const hello& who);
  void hear(const worker_event_ptr& event);
  void link_down(const caf::actor_addr& whose);
  void unheard(std::uint32_t slot, std::uint64_t incarnation);
  void begin(link& which, const worker_event_ptr& event);
  void settle(link& which);
  worker_event told(const link& which, const worker_event& end) const;
  std::shared_ptr<const claim_report> report() const;
  void listen_to(arena_owner& arena, std::uint32_t slot, std::uint64_t incarnation);
  void arm();

  dispatcher_setup setup_;
  dispatcher_engine engine_;
  std::vector<link> links_; ///< by slot
  /// Of dead workers, as long as somebody has an array in them.
  std::vector<std::weak_ptr<const arena_owner>> old_arenas_;
  time_point armed_for_ = never;
  std::uint64_t timer_ = 0; ///< generation of the timer; older wake-ups are ignored
};

/// Starts a dispatcher on the system's I/O thread. The caller holds the handle, and ends it with halt_atom
/// and then leave_atom.
caf::actor spawn_dispatcher(caf::actor_system& system, dispatcher_setup setup);

} // namespace pinion
