#include <pinion/shm/pieces.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

#include <sched.h>

#include <pinion/shm/thread_signals.hpp>

namespace pinion {

namespace {

std::uint64_t threads_for(std::uint64_t pieces) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const auto processors = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
  return std::min<std::uint64_t>({static_cast<std::uint64_t>(processors), 4, pieces});
}

} // namespace

void in_pieces(std::uint64_t size, std::uint64_t piece,
               const std::function<void(std::uint64_t from, std::uint64_t length)>& work) {
  const auto pieces = size / piece + (size % piece != 0 ? 1 : 0);
  std::atomic<std::uint64_t> next{0}; // written by each of the threads: who takes the next piece
  std::atomic<bool> failed{false};    // written by each thread that fails
  std::exception_ptr why;             // written by the first of them
  const auto take_turns = [&] {
    try {
      for (auto mine = next++; mine < pieces && !failed; mine = next++)
        work(mine * piece, std::min(piece, size - mine * piece));
    } catch (...) {
      if (!failed.exchange(true))
        why = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (auto count = threads_for(pieces); count-- > 1;)
        others.emplace_back([&] {
          leave_signals_to_others();
          take_turns();
        });
    } catch (const std::system_error&) {
      // No more threads: fewer will do.
    }
    take_turns();
  }
  if (why)
    std::rethrow_exception(why);
}

} // namespace pinion
