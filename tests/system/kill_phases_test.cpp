// kill -9 of a worker at each phase of a task: queued, sent, begun, finished, replied. What becomes of it
// says docs/tasks.md: no task is run twice that may not, and each is answered once.
#include <doctest/doctest.h>

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/failure_of.hpp>
#include <support/leaves_nothing.hpp>

using namespace pinion;
using test::eventually;
using test::failure_of;
using test::leaves_nothing;
using namespace std::chrono_literals;

namespace {

// Says how often it has run, in shared memory, which outlives its process.
std::int64_t count(shared_view<std::int64_t> runs, std::int64_t which) {
  runs(which).fetch_add(1);
  return which * which;
}
// The first time it dies of `number`; 0: it does not.
std::int64_t die_once(shared_view<std::int64_t> runs, std::int64_t which, std::int64_t number) {
  if (runs(which).fetch_add(1) == 0 && number != 0)
    ::raise(static_cast<int>(number));
  return which * which;
}
// The first time it waits for somebody to kill it.
std::int64_t stay_once(shared_view<std::int64_t> runs, std::int64_t which) {
  if (runs(which).fetch_add(1) == 0)
    for (;;)
      ::pause();
  return which * which;
}

// From now on this thread is killed when it says a word on a socket: as kernels run on the thread that sends
// replies, that is when a task is finished and not replied. False where the system has no such filters.
bool killed_at_the_next_word() {
  sock_filter words[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_sendto, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_sendmsg, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  sock_fprog filter{sizeof words / sizeof *words, words};
  struct sigaction end {};
  end.sa_handler = [](int) { ::kill(::getpid(), SIGKILL); };
  return ::sigaction(SIGSYS, &end, nullptr) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}
std::int64_t number_then_killed(shared_view<std::int64_t> runs) {
  if (runs(0).fetch_add(1) == 0 && !killed_at_the_next_word())
    return -1;
  return 42;
}
// Longer than what the journal of finished tasks holds.
std::string text_then_killed(shared_view<std::int64_t> runs) {
  if (runs(0).fetch_add(1) == 0 && !killed_at_the_next_word())
    return "";
  return std::string(100, 'x');
}

config one_worker() {
  config result;
  result.workers = 1;
  return result;
}

task_options may_run_again(bool again) {
  task_options result;
  result.idempotent = again;
  return result;
}

/// A node of one worker, and how often each task has run.
struct stage {
  explicit stage(std::int64_t tasks = 1) : where(one_worker()), counts(where.zeros<std::int64_t>({tasks})) {
    where.wait_ready();
    first = worker();
  }

  shared_view<std::int64_t> runs() const { return shared_view<std::int64_t>(counts.view()); }
  std::int64_t ran(std::int64_t which) const { return runs()(which).load(); }
  pid_t worker() const { return where.status().workers[0].pid; }
  future<std::int64_t> count(std::int64_t which, bool again) {
    return where.submit<std::int64_t>(may_run_again(again), "kill_count", runs(), which);
  }
  // So that the node knows both to be short, and sends many at a time.
  void warm_up() {
    const auto scratch = where.zeros<std::int64_t>({1});
    for (int i = 0; i < 20; ++i) {
      where.apply<std::int64_t>("kill_count", shared_view<std::int64_t>(scratch), 0);
      where.apply<std::int64_t>("kill_die_once", shared_view<std::int64_t>(scratch), 0, 0);
    }
  }
  // One death, and one process in its place.
  void check_replaced() const {
    CHECK(eventually([&] { return where.status().workers[0].restarts == 1; }));
    CHECK(worker() != first);
    CHECK(!test::lives(first));
  }

  const leaves_nothing end;
  node where;
  array<std::int64_t> counts;
  pid_t first = 0;
};

// Not even a thread of it runs any more.
bool is_stopped(pid_t pid) {
  std::error_code gone;
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
    std::ifstream stat(thread.path() / "stat");
    std::string text;
    std::getline(stat, text);
    const auto at = text.rfind(')');
    if (at == std::string::npos || at + 2 >= text.size() || text[at + 2] != 'T')
      return false;
  }
  return !gone;
}

bool died_of_sigkill(const failure& why) {
  return why.code == actor_errc::worker_died && why.text.find("SIGKILL") != std::string::npos;
}

} // namespace

PINION_KERNELS(k) {
  k.add("kill_count", count);
  k.add("kill_die_once", die_once);
  k.add("kill_stay_once", stay_once);
  k.add("kill_number_then", number_then_killed);
  k.add("kill_text_then", text_then_killed);
}

TEST_CASE("killed while tasks are queued: they wait for the next worker, and each runs once") {
  for (const bool again : {false, true}) {
    stage sut(6);
    sut.where.pause();
    std::vector<future<std::int64_t>> all;
    for (std::int64_t i = 0; i < 6; ++i)
      all.push_back(sut.count(i, again));
    CHECK(sut.where.status().queued == 6);
    sut.where.signal_worker(0, SIGKILL);
    sut.check_replaced();
    CHECK(sut.where.status().queued == 6);
    sut.where.resume();
    for (std::int64_t i = 0; i < 6; ++i) {
      CHECK(all[static_cast<std::size_t>(i)].get() == i * i);
      CHECK(sut.ran(i) == 1);
    }
  }
}

TEST_CASE("killed when tasks were sent and not begun: the next worker has them, and each runs once") {
  for (const bool again : {false, true}) {
    stage sut(6);
    sut.warm_up();
    sut.where.signal_worker(0, SIGSTOP);
    REQUIRE(eventually([&] { return is_stopped(sut.first); }));
    std::vector<future<std::int64_t>> all;
    for (std::int64_t i = 0; i < 6; ++i)
      all.push_back(sut.count(i, again));
    const auto now = sut.where.status();
    CHECK(now.sent > 0); // how many, the kernel's mean time says
    CHECK(now.sent + now.queued == 6);
    sut.where.signal_worker(0, SIGKILL);
    for (std::int64_t i = 0; i < 6; ++i) {
      CHECK(all[static_cast<std::size_t>(i)].get() == i * i);
      CHECK(sut.ran(i) == 1);
    }
    sut.check_replaced();
    CHECK(sut.where.status().failed == 0);
  }
}

TEST_CASE("killed from outside when a task has begun: it fails with the cause, or runs again where it may") {
  for (const bool again : {false, true}) {
    stage sut(5);
    const auto begun = sut.where.submit<std::int64_t>(may_run_again(again), "kill_stay_once", sut.runs(), 4);
    REQUIRE(eventually([&] { return sut.ran(4) == 1; }));
    std::vector<future<std::int64_t>> behind;
    for (std::int64_t i = 0; i < 4; ++i)
      behind.push_back(sut.count(i, false));
    sut.where.signal_worker(0, SIGKILL);
    const auto why = failure_of(begun);
    if (again)
      CHECK(begun.get() == 16);
    else
      CHECK_MESSAGE(died_of_sigkill(why), why.text);
    CHECK(sut.ran(4) == (again ? 2 : 1));
    for (std::int64_t i = 0; i < 4; ++i) {
      CHECK(behind[static_cast<std::size_t>(i)].get() == i * i);
      CHECK(sut.ran(i) == 1);
    }
    sut.check_replaced();
    CHECK(sut.where.status().failed == (again ? 0 : 1));
  }
}

TEST_CASE("killed by a task among many: those before it have their results, those behind it run elsewhere") {
  for (const bool again : {false, true})
    for (int round = 0; round < 5; ++round) {
      stage sut(7);
      sut.warm_up();
      sut.where.pause();
      std::vector<future<std::int64_t>> all;
      for (std::int64_t i = 0; i < 7; ++i)
        all.push_back(i == 3 ? sut.where.submit<std::int64_t>(may_run_again(again), "kill_die_once",
                                                              sut.runs(), 3, SIGKILL)
                             : sut.count(i, false));
      sut.where.resume(); // now they are sent together
      for (std::int64_t i = 0; i < 7; ++i) {
        const auto& each = all[static_cast<std::size_t>(i)];
        const bool lost = i == 3 && !again;
        const auto why = failure_of(each);
        CHECK_MESSAGE(died_of_sigkill(why) == lost, "task " << i << ": " << why.text);
        if (!lost)
          CHECK(each.get() == i * i);
        CHECK(sut.ran(i) == (i == 3 && again ? 2 : 1));
      }
      sut.check_replaced();
    }
}

TEST_CASE(
    "killed when a number was finished and not replied: it is told all the same, and does not run again") {
  for (const bool again : {false, true}) {
    stage sut;
    const auto finished =
        sut.where.submit<std::int64_t>(may_run_again(again), "kill_number_then", sut.runs());
    if (finished.whole().ok() && finished.get() == -1) {
      MESSAGE("needs filters of system calls (seccomp); skipped");
      return;
    }
    CHECK(finished.get() == 42);
    CHECK(sut.ran(0) == 1);
    sut.check_replaced();
  }
}

TEST_CASE("killed when a text was finished and not replied: it is lost, and runs again where it may") {
  for (const bool again : {false, true}) {
    stage sut;
    const auto finished = sut.where.submit<std::string>(may_run_again(again), "kill_text_then", sut.runs());
    const auto why = failure_of(finished);
    if (finished.whole().ok() && finished.get().empty()) {
      MESSAGE("needs filters of system calls (seccomp); skipped");
      return;
    }
    if (again)
      CHECK(finished.get() == std::string(100, 'x'));
    else
      CHECK_MESSAGE(died_of_sigkill(why), why.text);
    CHECK(sut.ran(0) == (again ? 2 : 1));
    sut.check_replaced();
  }
}

TEST_CASE("killed when tasks are replied: they keep their results, and none runs again") {
  for (const bool again : {false, true}) {
    stage sut(6);
    std::vector<future<std::int64_t>> all;
    for (std::int64_t i = 0; i < 5; ++i)
      all.push_back(sut.count(i, again));
    CHECK(all[4].get() == 16);
    sut.where.signal_worker(0, SIGKILL);
    sut.check_replaced();
    CHECK(sut.count(5, again).get() == 25);
    for (std::int64_t i = 0; i < 5; ++i) {
      CHECK(all[static_cast<std::size_t>(i)].get() == i * i);
      CHECK(sut.ran(i) == 1);
    }
    CHECK(sut.where.status().done == 6);
  }
}
