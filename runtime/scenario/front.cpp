#include <chrono>
#include <cmath>
#include <exception>
#include <utility>

#include <pinion/actors/ask.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/front.hpp>
#include <pinion/runtime/scenario/processor_time.hpp>
#include <pinion/runtime/scenario/run_here.hpp>

namespace pinion::scenario {
namespace {

// What the actor is told: (put_atom, n): request n comes in. (ok_atom, n): job->answers[n] is there.
using request_number = std::uint64_t;

struct front_state {
  std::shared_ptr<front_job> job;
  mapper maps; // for what the actor computes itself
};

using front_actor = caf::stateful_actor<front_state>;

context context_of(const front_job& job, request_number number) {
  // Task numbers begin at 1: 0 asks none to stop.
  return {number + 1, &job.stop, nullptr};
}

void answered(front_actor* self, request_number number, const answer& what) {
  auto& job = *self->state.job;
  job.count.answered(number, what);
  if (auto next = job.count.next())
    self->send(self, caf::put_atom_v, static_cast<request_number>(*next));
}

void compute_inline(front_actor* self, request_number number) {
  auto& job = *self->state.job;
  auto ctx = context_of(job, number);
  answered(self, number, run_here(job.request_of(number), self->state.maps, ctx));
}

// On a thread of the pool.
void compute_there(front_job& job, request_number number) {
  thread_local mapper maps;
  auto ctx = context_of(job, number);
  job.answers[number] = run_here(job.request_of(number), maps, ctx);
}

// On a thread of the pool, which does nothing else until the worker has answered.
void hand_over_and_wait(front_job& job, request_number number) {
  auto& out = job.answers[number];
  try {
    const auto& what = job.request_of(number);
    const auto result = job.host.submit_packed(job.options, what.kernel, what.args, what.holds);
    while (!result.wait_for(std::chrono::milliseconds(100))) {
      if (job.is_stopped())
        return;
    }
    out.cpu_seconds = static_cast<double>(result.stamps().cpu_ns) * 1e-9;
    (void)result.get();
    out.is_result = true;
  } catch (const std::exception& wrong) {
    out.error = wrong.what();
  }
}

void hand_over_and_go_on(front_actor* self, request_number number) {
  auto& job = *self->state.job;
  const auto& what = job.request_of(number);
  const std::vector<argument_view> looks = [&] {
    std::vector<argument_view> out;
    for (const auto& one : what.args)
      out.push_back(look(one));
    return out;
  }();
  asking<argument, front_actor>(self, job.host.dispatcher(),
                                job.host.make_task(job.options, what.kernel, looks, what.holds))
      .then(
          [=](argument, const task_stamps& stamps) {
            answered(self, number, {true, {}, static_cast<double>(stamps.cpu_ns) * 1e-9});
          },
          [=](const caf::error& why) {
            answered(self, number, {false, text_of(why), 0});
          });
}

caf::behavior front_behavior(front_actor* self, std::shared_ptr<front_job> job, thread_pool* pool) {
  self->state.job = std::move(job);
  auto in_pool = [=](request_number number, void (*compute)(front_job&, request_number)) {
    pool->run([job = self->state.job, number, compute, who = caf::actor_cast<caf::actor>(self)] {
      compute(*job, number);
      caf::anon_send(who, caf::ok_atom_v, number);
    });
  };
  return {
      [=](caf::put_atom, request_number number) {
        // CAF hands out what is in the mailbox already before it sees that the actor is to end.
        if (self->state.job->is_stopped())
          return;
        switch (self->state.job->way) {
        case way::inlined:
          return compute_inline(self, number);
        case way::threads:
          return in_pool(number, compute_there);
        case way::wait:
          return in_pool(number, hand_over_and_wait);
        case way::awaited:
          return hand_over_and_go_on(self, number);
        }
      },
      [=](caf::ok_atom, request_number number) { answered(self, number, self->state.job->answers[number]); },
      [](caf::ping_atom, std::uint64_t number) { return caf::make_message(caf::pong_atom_v, number); },
  };
}

std::unique_ptr<thread_pool> pool_for(const front_job& job) {
  if (job.way == way::threads)
    return std::make_unique<thread_pool>(
        static_cast<std::size_t>(std::lround(std::ceil(usable_processors()))));
  if (job.way == way::wait)
    return std::make_unique<thread_pool>(job.concurrent);
  return nullptr;
}

} // namespace

front::front(std::shared_ptr<front_job> job) : job_(std::move(job)), pool_(pool_for(*job_)) {
  actor_ = job_->host.system().spawn(front_behavior, job_, pool_.get());
}

front::~front() {
  job_->count.close();
  job_->stop = stop_every_task;
  if (pool_)
    pool_->stop();
  caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown);
  caf::scoped_actor waiter{job_->host.system()};
  waiter->wait_for(actor_);
}

void front::begin() {
  for (std::size_t i = 0; i < job_->concurrent; ++i) {
    if (auto next = job_->count.next())
      caf::anon_send(actor_, caf::put_atom_v, static_cast<request_number>(*next));
  }
}

} // namespace pinion::scenario
