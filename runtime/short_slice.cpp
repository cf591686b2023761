#include <pinion/runtime/short_slice.hpp>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pinion {

namespace {

// The kernel's struct sched_attr, version 0; glibc has none before 2.41.
struct attributes {
  std::uint32_t size = sizeof(attributes);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};
static_assert(sizeof(attributes) == 48, "the kernel tells versions apart by size");

// The shortest that the kernel takes; a message is handled in less.
constexpr std::uint64_t shortest_ns = 100'000;

} // namespace

short_slice::short_slice() noexcept {
  attributes now;
  if (::syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) != 0 || now.policy != SCHED_OTHER)
    return; // another policy is somebody's own choice
  auto wanted = now;
  wanted.runtime = shortest_ns;
  changed_ = ::syscall(SYS_sched_setattr, 0, &wanted, 0) == 0;
  before_ = now.runtime;
}

short_slice::~short_slice() {
  attributes now;
  if (!changed_ || ::syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) != 0)
    return;
  now.runtime = before_;
  ::syscall(SYS_sched_setattr, 0, &now, 0);
}

} // namespace pinion
