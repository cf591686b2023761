// Workers that take more memory than they may, of a kind that no kernel is refused.
#include <doctest/doctest.h>

#include <numeric>

#include <sys/mman.h>
#include <unistd.h>

#include <pinion/pinion.hpp>
#include <pinion/runtime/memory_cgroup.hpp>

#include <support/failure_of.hpp>
#include <support/leaves_nothing.hpp>

using namespace pinion;
using test::failure_of;
using test::leaves_nothing;

namespace {

// Shared pages are none that RLIMIT_DATA counts.
std::int64_t share(std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  auto* all =
      static_cast<char*>(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  for (std::size_t i = 0; i < size; i += 4096)
    all[i] = 1;
  ::munmap(all, size);
  return bytes;
}

double sum(view<const double> all) { return std::accumulate(all.begin(), all.end(), 0.0); }

} // namespace

PINION_KERNELS(k) {
  k.add("memory_limit.share", share);
  k.add("memory_limit.sum", sum);
}

TEST_CASE("a worker that is ended for its memory dies of that, by name, and the arrays of its node are not "
          "counted") {
  const leaves_nothing after;
  const auto allowed =
      memory_cgroup::make(system_root(), "pinion-probe-" + std::to_string(::getpid()), 1 << 20);
  if (!allowed) {
    MESSAGE("this process may not make a cgroup; skipped");
    return;
  }
  config settings;
  settings.workers = 1;
  settings.log_level = "off";
  settings.worker_memory = std::size_t{128} << 20U;
  node sut(settings);
  const auto big = sut.full<double>({32 << 20}, 1.0); // 256 MiB
  CHECK(sut.submit<double>("memory_limit.sum", big).get() == 32 << 20);
  CHECK(sut.submit<std::int64_t>("memory_limit.share", 1 << 20).get() == 1 << 20);
  const auto why = failure_of(sut.submit<std::int64_t>("memory_limit.share", 1 << 30));
  CHECK(why.code == actor_errc::worker_died);
  CHECK_MESSAGE(why.text.find("out of memory") != std::string::npos, why.text);
  CHECK(sut.submit<std::int64_t>("memory_limit.share", 1 << 20).get() == 1 << 20);
}
