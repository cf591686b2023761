#include <pinion/runtime/worker_main.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <pinion/actors/actor_seat.hpp>
#include <pinion/actors/compute.hpp>
#include <pinion/runtime/emission_pipe.hpp>
#include <pinion/runtime/fault_report.hpp>
#include <pinion/runtime/io_loop.hpp>
#include <pinion/runtime/link.hpp>
#include <pinion/runtime/plugin.hpp>
#include <pinion/runtime/process_memory.hpp>
#include <pinion/runtime/worker_environment.hpp>

namespace pinion {

namespace {

// What a worker says with its exit code when nobody asked for another.
constexpr int left_in_peace = 0;
constexpr int could_not_start = 70; // sysexits.h: EX_SOFTWARE
constexpr int ended_by_a_fault = 71;
constexpr int lost_its_node = 75; // EX_TEMPFAIL

// Ends this process when the node is gone, also in the middle of a kernel: a thread that does nothing but
// wait for the node's pidfd (pidfd_open(2)). PR_SET_PDEATHSIG would follow the thread that started us, not
// the process.
void watch_node() {
  std::thread([] {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pollfd node{worker_fd::node, POLLIN, 0};
    while (::poll(&node, 1, -1) < 0 && errno == EINTR)
      ;
    ::_exit(lost_its_node);
  }).detach();
}

// A terminal's signals are for the node, which ends its workers itself.
void leave_signals_to_the_node() {
  for (const auto each : {SIGINT, SIGHUP, SIGQUIT})
    ::signal(each, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// What the system counts are private pages that may be written, mapped ones too (VmData, proc(5)): so what
// the process begins with, the stacks of its threads above all, comes on top.
void limit_memory(std::size_t bytes) {
  if (bytes == 0)
    return;
  const auto begun = data_size_of_this_process();
  if (bytes > RLIM_INFINITY - begun)
    return; // as good as none
  const auto limit = static_cast<rlim_t>(begun + bytes);
  const rlimit both{limit, limit};
  if (::setrlimit(RLIMIT_DATA, &both) != 0)
    throw std::system_error(errno, std::generic_category(), "worker_memory cannot be set");
}

void work(const worker_order& order) {
  control_page page(worker_fd::page);
  for (const auto& each : order.plugins)
    load_plugin(each);
  const auto kernels = kernel_registry::from_registered();
  const auto books = std::make_shared<ledger>(descriptor(worker_fd::ledger));
  std::optional<arena> results;
  if (!order.arena.empty())
    results.emplace(order.arena, books, order.arena_slot);
  emission_pipe emissions(descriptor(worker_fd::stream), page);
  compute_engine engine(kernels, page, order.slot, order.incarnation, results ? &*results : nullptr,
                        &emissions);
  report_faults(engine.arguments(), page.block());
  system_config config(1, kernels);
  caf::actor_system system(config);
  io_loop loop(system, std::chrono::microseconds{order.spin_us});
  compute_setup setup;
  setup.engine = &engine;
  setup.greeting = hello{order.slot, order.incarnation, kernels.fingerprint()};
  setup.link = make_link(system, worker_fd::link);
  setup.leave = [&loop] { loop.stop(); };
  // Before the first thing is spawned, so that nothing takes the way through the loop's pipe.
  loop.belong_to(std::this_thread::get_id());
  limit_memory(order.memory); // all threads have their stacks by now
  {
    auto compute = spawn_compute(system, std::move(setup));
    loop.run(compute.work);
  }
  std::fflush(nullptr);
  // Nothing of ours outlives a process, and the kernels' threads and static objects are none of our business.
  ::_exit(left_in_peace);
}

// The process of an actor of the user's.
void host(const worker_order& order) {
  control_page page(worker_fd::page);
  for (const auto& each : order.plugins)
    load_plugin(each);
  const auto kernels = kernel_registry::from_registered();
  system_config config(1, kernels);
  caf::actor_system system(config);
  io_loop loop(system, std::chrono::microseconds{order.spin_us});
  bool in_peace = true;
  actor_seat_setup setup;
  setup.kernels = &kernels;
  setup.page = &page;
  setup.greeting = hello{order.slot, order.incarnation, kernels.fingerprint()};
  setup.link = make_link(system, worker_fd::link);
  setup.leave = [&](bool well) {
    in_peace = well;
    loop.stop();
  };
  loop.belong_to(std::this_thread::get_id());
  limit_memory(order.memory);
  {
    const auto seat = spawn_actor_seat(system, std::move(setup));
    loop.run();
  }
  std::fflush(nullptr);
  ::_exit(in_peace ? left_in_peace : ended_by_a_fault);
}

} // namespace

void run_worker_if_asked() {
  try {
    const auto order = take_worker_order();
    if (!order)
      return;
    for (const auto each :
         {worker_fd::link, worker_fd::page, worker_fd::node, worker_fd::ledger, worker_fd::stream})
      ::fcntl(each, F_SETFD, FD_CLOEXEC);
    // What top and ps -e call it; else it would go by the name of its file, /proc/self/exe.
    ::prctl(PR_SET_NAME, order->actor.empty() ? "pinion-worker" : "pinion-actor");
    leave_signals_to_the_node();
    watch_node();
    if (order->nice != 0) [[maybe_unused]]
      const auto refused = ::nice(order->nice);
    order->actor.empty() ? work(*order) : host(*order);
  } catch (const std::exception& why) {
    std::fprintf(stderr, "pinion worker: %s\n", why.what());
    ::_exit(could_not_start);
  }
}

} // namespace pinion
