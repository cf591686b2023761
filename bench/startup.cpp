// How long a program that embeds a node takes from its exec to the first result.
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <sys/wait.h>
#include <unistd.h>

#include <pinion/runtime/node.hpp>

#include "child.hpp"
#include "measurement.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

// Until the byte that a forked child writes has come.
double fork_alone() {
  int ends[2];
  if (::pipe(ends) != 0)
    throw std::system_error(errno, std::generic_category(), "no pipe");
  const auto begin = steady_clock::now();
  const auto pid = ::fork();
  char byte = 'r';
  if (pid == 0) {
    [[maybe_unused]] const auto sent = ::write(ends[1], &byte, 1);
    ::_exit(0);
  }
  const bool told = pid > 0 && ::read(ends[0], &byte, 1) == 1;
  const auto took = seconds_since(begin);
  ::close(ends[0]);
  ::close(ends[1]);
  if (!told)
    throw std::runtime_error("startup: no forked child answered");
  ::waitpid(pid, nullptr, 0);
  return took;
}

double exec_true() {
  return seconds_of([] { child("/bin/true", {}).wait(); });
}

double first_result() {
  const auto begin = steady_clock::now();
  child started("/proc/self/exe", {"--first-result"});
  const bool told = started.read_byte();
  const auto took = seconds_since(begin);
  const auto end = started.wait();
  if (!told || !end.empty())
    throw std::runtime_error("startup: the program that is started " + (end.empty() ? "said nothing" : end));
  return took;
}

} // namespace

int give_first_result() {
  node ours(node_with(2));
  ours.submit<void>("noop").get();
  return ::write(STDOUT_FILENO, "r", 1) == 1 ? 0 : 1;
}

std::vector<figure> startup(const effort& how) {
  samples fork_times;
  samples true_times;
  samples node_times;
  first_result();
  for (int i = 0; i < how.starts; ++i) {
    fork_times.add(fork_alone());
    true_times.add(exec_true());
    node_times.add(first_result());
  }
  auto node = compare("first result of a node with 2 workers", true_times, node_times);
  node.limit_plus = 0.030;
  node.means =
      "The floor is posix_spawn, exec and end of /bin/true; a node needs three processes, an actor system in "
      "each and a handshake before its first result.";
  auto fork = compare("exec of /bin/true", fork_times, true_times);
  fork.means =
      "For comparison: a program that does nothing, against fork alone with a byte back through a pipe.";
  return {node, fork};
}

} // namespace pinion::bench
