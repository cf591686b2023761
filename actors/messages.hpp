#pragma once

/// What travels between a node and its workers, and the atoms that actors of one node say to each other.
/// Both ends are the same build: the hello carries the kernels' fingerprint, and a node sends away a worker
/// whose kernels differ. Bytes inside batches are packed by task_wire.hpp.

#include <caf/all.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <variant>

#include <pinion/actors/wire.hpp>

namespace pinion {

/// Node to worker: some tasks, in the order in which they are to run.
struct run_batch {
  std::string bytes;
};

/// Worker to node: what became of some tasks, in the order in which they ran.
struct done_batch {
  std::string bytes;
};

/// Worker to node, first thing on a link: I am process `incarnation` of place `slot`, and these are my
/// kernels.
struct hello {
  std::uint32_t slot = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t kernels = 0;
};

/// Node to worker: this segment is gone, unmap it.
struct drop_segment {
  std::string name;
};

/// Node to worker: nobody needs this block of your results any more.
struct free_block {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Node to worker: finish what you have and leave.
struct farewell {
  std::uint32_t slot = 0;
};

/// Node to the process of an actor: this is who you are. `state`: the packed references of its two copies and
/// their version, or nothing.
struct begin_actor {
  std::string behavior;
  std::string name;
  std::uint64_t life = 0;
  std::string arguments;
  std::string state;
};

/// Node to the process of an actor: a message for it.
struct letter {
  std::uint64_t number = 0;
  caf::message content;
};

/// And back: what its behavior answered; one that refused, or threw, answers an error.
struct letter_answer {
  std::uint64_t number = 0;
  caf::message content;
};
struct letter_refusal {
  std::uint64_t number = 0;
  caf::error why;
};

/// The actor has ended, by itself (no error) or by a fault; its process follows.
struct actor_over {
  caf::error why;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, begin_actor& x) {
  return f(caf::meta::type_name("begin"), x.behavior, x.name, x.life, x.arguments, x.state);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, letter& x) {
  return f(caf::meta::type_name("letter"), x.number, x.content);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, letter_answer& x) {
  return f(caf::meta::type_name("answer"), x.number, x.content);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, letter_refusal& x) {
  return f(caf::meta::type_name("refusal"), x.number, x.why);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, actor_over& x) {
  return f(caf::meta::type_name("over"), x.why);
}

/// In messages to such actors: where an array lies.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, array_ref& x) {
  std::string bytes = Inspector::reads_state ? pack_result(argument(x)) : std::string();
  return f(caf::meta::type_name("array"), bytes, caf::meta::load_callback([&]() -> caf::error {
             try {
               x = std::get<array_ref>(unpack_result(bytes));
               return caf::none;
             } catch (const std::exception&) {
               return caf::sec::invalid_argument;
             }
           }));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, run_batch& x) {
  return f(caf::meta::type_name("run"), x.bytes);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, done_batch& x) {
  return f(caf::meta::type_name("done"), x.bytes);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, hello& x) {
  return f(caf::meta::type_name("hello"), x.slot, x.incarnation, x.kernels);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, drop_segment& x) {
  return f(caf::meta::type_name("drop"), x.name);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, free_block& x) {
  return f(caf::meta::type_name("free"), x.offset, x.size);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, farewell& x) {
  return f(caf::meta::type_name("bye"), x.slot);
}

struct task;
struct outcome;
struct worker_event;
struct dispatcher_status;
struct claim_report;

/// Shared within one process only, never serialized.
using task_ptr = std::shared_ptr<task>;
using outcome_ptr = std::shared_ptr<outcome>;
using worker_event_ptr = std::shared_ptr<const worker_event>;
using status_ptr = std::shared_ptr<const dispatcher_status>;
using claims_ptr = std::shared_ptr<const claim_report>;

} // namespace pinion

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pinion::task_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pinion::outcome_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pinion::worker_event_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pinion::status_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pinion::claims_ptr)

CAF_BEGIN_TYPE_ID_BLOCK(pinion, first_custom_type_id)

CAF_ADD_TYPE_ID(pinion, (pinion::run_batch))
CAF_ADD_TYPE_ID(pinion, (pinion::done_batch))
CAF_ADD_TYPE_ID(pinion, (pinion::hello))
CAF_ADD_TYPE_ID(pinion, (pinion::drop_segment))
CAF_ADD_TYPE_ID(pinion, (pinion::farewell))
CAF_ADD_TYPE_ID(pinion, (pinion::free_block))
CAF_ADD_TYPE_ID(pinion, (pinion::begin_actor))
CAF_ADD_TYPE_ID(pinion, (pinion::letter))
CAF_ADD_TYPE_ID(pinion, (pinion::letter_answer))
CAF_ADD_TYPE_ID(pinion, (pinion::letter_refusal))
CAF_ADD_TYPE_ID(pinion, (pinion::actor_over))
CAF_ADD_TYPE_ID(pinion, (pinion::array_ref))

/// (submit, task_ptr): the outcome goes to the task's on_done.
CAF_ADD_ATOM(pinion, pinion, submit_atom, "p_submit")
/// (ask, task_ptr) -> outcome_ptr: the same for actors, who get the outcome as the response.
CAF_ADD_ATOM(pinion, pinion, ask_atom, "p_ask")
/// (next, task_ptr): answered when a partial result of the task is there, or none will come any more.
CAF_ADD_ATOM(pinion, pinion, next_atom, "p_next")
/// (withdraw, task_ptr): who asked for it wants no answer any more; one that has its answer is not touched.
CAF_ADD_ATOM(pinion, pinion, withdraw_atom, "p_wdraw")
/// (worker, worker_event_ptr): a worker process was started, or has ended.
CAF_ADD_ATOM(pinion, pinion, worker_atom, "p_worker")
/// (wake, generation): the dispatcher's own timer.
CAF_ADD_ATOM(pinion, pinion, wake_atom, "p_wake")
/// (run): a worker's loop has looked at its link; run a slice of what waits.
CAF_ADD_ATOM(pinion, pinion, run_atom, "p_run")
/// (status) -> status_ptr.
CAF_ADD_ATOM(pinion, pinion, status_atom, "p_status")
/// (leases) -> claims_ptr: which tasks use which arrays.
CAF_ADD_ATOM(pinion, pinion, leases_atom, "p_leases")
/// (memory, ticket, json): a node's answer to a question of its front desk's, from another thread.
CAF_ADD_ATOM(pinion, pinion, memory_atom, "p_memory")
/// (retire, name): tell the workers to unmap a segment.
CAF_ADD_ATOM(pinion, pinion, retire_atom, "p_retire")
/// (free, slot, incarnation, offset, size): the last array in this block of a worker's results is gone.
CAF_ADD_ATOM(pinion, pinion, free_atom, "p_free")
/// (halt): fail what waits, send the workers home; whatever is asked from now on fails at once.
CAF_ADD_ATOM(pinion, pinion, halt_atom, "p_halt")
/// (end): this actor with a process of its own is not needed any more.
CAF_ADD_ATOM(pinion, pinion, end_atom, "p_end")
/// (leave): end. CAF 0.17.6 answers nothing that is sent to a broker that has ended, so this comes last.
CAF_ADD_ATOM(pinion, pinion, leave_atom, "p_leave")
/// (pause): hand no more tasks to workers. (resume): do again, and take tasks again after a drain.
CAF_ADD_ATOM(pinion, pinion, pause_atom, "p_pause")
CAF_ADD_ATOM(pinion, pinion, resume_atom, "p_resume")
/// (drain) -> bool: take no new task; answered when the last one is done, false when that will not be.
CAF_ADD_ATOM(pinion, pinion, drain_atom, "p_drain")
/// (resize, workers): so many from now on.
CAF_ADD_ATOM(pinion, pinion, resize_atom, "p_resize")
/// (unheard, slot, incarnation): the link of an ended worker had time enough to be read to its end.
CAF_ADD_ATOM(pinion, pinion, unheard_atom, "p_unheard")

CAF_END_TYPE_ID_BLOCK(pinion)
